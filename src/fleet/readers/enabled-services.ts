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

const known = new WeakMap<OptionNode, readonly EnabledService[]>();

/** Worked out once for a machine: several readers ask. */
export function enabledServices({ root }: Thing): readonly EnabledService[] {
  const found = known.get(root) ?? [...allServices(root)];
  known.set(root, found);
  return found;
}

function* allServices(root: OptionNode): Generator<EnabledService> {
  const services = root.at('services');
  for (const name of services.slots().keys()) yield* below(name, services.at(name), families.has(name) ? 2 : 1);
  for (const name of ['docker', 'podman', 'libvirtd', 'incus', 'lxd', 'virtualbox.host', 'waydroid']) {
    const node = root.at('virtualisation', ...name.split('.'));
    if (node.at('enable').isOn) yield { name, node };
  }
}

function* below(name: string, node: OptionNode, depth: number): Generator<EnabledService> {
  const slots = node.slots();
  const isOn = slots.has('enable') && node.at('enable').isOn;
  if (isOn) yield { name, node };
  const isSettled = isOn || (slots.has('enable') && node.at('enable').isOff);
  const goesOn = families.has(name.split('.')[0] ?? '') || !isSettled;
  if (depth === 0 || !goesOn) return;
  for (const inner of slots.keys()) if (inner !== 'enable') yield* below(`${name}.${inner}`, node.at(inner), depth - 1);
}
