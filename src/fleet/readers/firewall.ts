import type { OptionNode } from '../definitions/option-node.ts';
import type { FactReader, Said } from './fact-reader.ts';
import { wholeNumber } from './interfaces.ts';

/** Ports that the firewall lets through: on every interface under the name `firewall`, else under the interface's. */
export const openPorts: FactReader = function* ({ root }) {
  const firewall = root.at('networking', 'firewall');
  yield* portsOf('firewall', firewall);
  for (const [name, node] of firewall.at('interfaces').entries()) yield* portsOf(name, node);
  for (const [name, node] of root.at('services').entries()) yield* openedBy(name, node, 2);
};

function* portsOf(name: string, node: OptionNode): Generator<Said> {
  for (const protocol of ['TCP', 'UDP'] as const) {
    const suffix = protocol.toLowerCase();
    for (const each of node.at(`allowed${protocol}Ports`).items()) {
      const port = wholeNumber(each);
      if (port !== null) yield { kind: 'open-port', name, value: `${port}/${suffix}`, site: each.site };
    }
    for (const range of node.at(`allowed${protocol}PortRanges`).items()) {
      const [from, to] = [wholeNumber(range.at('from')), wholeNumber(range.at('to'))];
      if (from !== null && to !== null)
        yield { kind: 'open-port', name, value: `${from}-${to}/${suffix}`, site: range.site };
    }
  }
}

/** `openFirewall = true` opens the service's own ports, whichever these are. */
function* openedBy(name: string, node: OptionNode, depth: number): Generator<Said> {
  const opens = node.at('openFirewall');
  if (opens.isOn && !node.at('enable').isOff)
    yield { kind: 'open-port', name, value: 'openFirewall', site: opens.site };
  if (depth === 0 || name === 'nginx') return;
  for (const [inner, below] of node.entries()) yield* openedBy(`${name}.${inner}`, below, depth - 1);
}
