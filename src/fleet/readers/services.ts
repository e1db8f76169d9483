import type { OptionNode } from '../definitions/option-node.ts';
import type { FactReader, Thing } from './fact-reader.ts';

export interface EnabledService {
  /** As its option names it: `grafana`, `prometheus.exporters.node`. */
  readonly name: string;
  readonly node: OptionNode;
}

/** Services that are on. Programs and the parts of a service that are switched by themselves are none. */
export const services: FactReader = function* (thing) {
  for (const { name, node } of enabledServices(thing))
    yield { kind: 'service', name, value: 'enabled', site: node.at('enable').site };
};

/** Sets of services of one kind, by name, below a service that may itself be off. */
const families = new Set([
  'prometheus',
  'redis',
  'displayManager',
  'desktopManager',
  'xserver',
  'github-runners',
  'gitea-actions-runner',
]);

export function* enabledServices({ root }: Thing): Generator<EnabledService> {
  for (const [name, node] of root.at('services').entries()) yield* below(name, node, 2);
  for (const name of ['docker', 'podman', 'libvirtd', 'incus', 'lxd', 'virtualbox.host', 'waydroid']) {
    const node = root.at('virtualisation', ...name.split('.'));
    if (node.at('enable').isOn) yield { name, node };
  }
}

function* below(name: string, node: OptionNode, depth: number): Generator<EnabledService> {
  const isOn = node.at('enable').isOn;
  if (isOn) yield { name, node };
  const goesOn = families.has(name.split('.')[0] ?? '') || !(isOn || node.at('enable').isOff);
  if (depth === 0 || !goesOn) return;
  for (const [inner, child] of node.entries())
    if (inner !== 'enable') yield* below(`${name}.${inner}`, child, depth - 1);
}
