import type { OptionNode } from '../definitions/option-node.ts';
import type { FactReader, Said } from './fact-reader.ts';
import { wholeNumber } from './interfaces.ts';
import { enabledServices } from './enabled-services.ts';

/** Ports that the firewall lets through: on every interface under the name `firewall`, else under the interface's. */
export const openPorts: FactReader = function* (thing) {
  const firewall = thing.root.at('networking', 'firewall');
  yield* portsOf('firewall', firewall);
  for (const [name, node] of firewall.at('interfaces').entries()) yield* portsOf(name, node);
  // `openFirewall = true` opens the service's own ports, whichever these are.
  for (const { name, node } of enabledServices(thing)) {
    const opens = node.at('openFirewall');
    if (opens.isOn) yield { kind: 'open-port', name, value: 'openFirewall', site: opens.site };
  }
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
