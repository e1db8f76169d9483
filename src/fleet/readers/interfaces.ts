import type { OptionNode } from '../definitions/option-node.ts';
import { networkInterface, oneOrMore } from './addresses.ts';
import type { FactReader, Said } from './fact-reader.ts';

/** The interfaces of a machine and the ids of its VLANs. */
export const interfaces: FactReader = function* ({ root }) {
  const networking = root.at('networking');
  for (const [name, node] of networking.at('interfaces').entries())
    yield { kind: 'interface', name: node.at('name').text()?.text ?? name, value: 'configured', site: node.site };
  for (const [name, node] of networking.at('vlans').entries()) {
    yield { kind: 'interface', name, value: 'vlan', site: node.site };
    yield* vlan(name, node.at('id'));
  }
  for (const [kind, option] of made)
    for (const [name, node] of networking.at(option).entries())
      yield { kind: 'interface', name, value: kind, site: node.site };
  for (const option of ['wireguard', 'wg-quick'])
    for (const [name, node] of networking.at(option, 'interfaces').entries())
      yield { kind: 'interface', name, value: 'wireguard', site: node.site };
  for (const [unit, node] of root.at('systemd', 'network', 'netdevs').entries()) yield* ofNetdev(unit, node);
  for (const [unit, node] of root.at('systemd', 'network', 'networks').entries()) {
    const name = networkInterface(unit, node);
    if (name !== unit) yield { kind: 'interface', name, value: 'configured', site: node.site };
  }
};

const made = [
  ['bridge', 'bridges'],
  ['bond', 'bonds'],
  ['macvlan', 'macvlans'],
  ['sit', 'sits'],
  ['gre', 'greTunnels'],
] as const;

function* ofNetdev(unit: string, node: OptionNode): Generator<Said> {
  const name = node.at('netdevConfig', 'Name').text()?.text;
  const kind = node.at('netdevConfig', 'Kind').text()?.text;
  if (name === undefined) return;
  yield { kind: 'interface', name, value: kind ?? unit, site: node.at('netdevConfig', 'Name').site };
  yield* vlan(name, node.at('vlanConfig', 'Id'));
}

function* vlan(name: string, node: OptionNode): Generator<Said> {
  const id = wholeNumber(node);
  if (id !== null) yield { kind: 'vlan', name, value: String(id), site: node.site };
}

/** A number, also where it is written as a text. */
export function wholeNumber(node: OptionNode): number | null {
  const number = node.number()?.number;
  if (number !== undefined) return number;
  const text = node.text()?.text ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Networks that are somewhere else: what WireGuard routes to its peers, what a DHCP server gives from. */
export const prefixes: FactReader = function* ({ root }) {
  for (const option of ['wireguard', 'wg-quick']) {
    for (const [name, node] of root.at('networking', option, 'interfaces').entries())
      for (const peer of node.at('peers').items()) yield* networks(name, peer.at('allowedIPs'));
  }
  for (const [, node] of root.at('systemd', 'network', 'netdevs').entries()) {
    const name = node.at('netdevConfig', 'Name').text()?.text;
    if (name === undefined) continue;
    for (const peer of node.at('wireguardPeers').items()) {
      yield* networks(name, peer.at('AllowedIPs'));
      yield* networks(name, peer.at('wireguardPeerConfig', 'AllowedIPs'));
    }
  }
  for (const [family, option] of [
    ['dhcp4', 'subnet4'],
    ['dhcp6', 'subnet6'],
  ] as const)
    for (const subnet of root.at('services', 'kea', family, 'settings', option).items())
      yield* networks(`kea ${family}`, subnet.at('subnet'));
};

function* networks(name: string, node: OptionNode): Generator<Said> {
  for (const each of oneOrMore(node)) {
    const said = each.text();
    // Several may stand in one text, as in the files of WireGuard itself.
    for (const value of said?.text.split(',') ?? [])
      if (/^[0-9a-f:.]+\/\d{1,3}$/i.test(value.trim()))
        yield { kind: 'prefix', name, value: value.trim(), site: said?.site ?? null };
  }
}

/** Addresses that WireGuard gives its own interfaces. */
export const wireguardAddresses: FactReader = function* ({ root }) {
  for (const [option, field] of [
    ['wireguard', 'ips'],
    ['wg-quick', 'address'],
  ] as const) {
    for (const [name, node] of root.at('networking', option, 'interfaces').entries()) {
      for (const each of oneOrMore(node.at(field))) {
        const said = each.text();
        if (said !== null && /^[0-9a-f:.]+(\/\d{1,3})?$/i.test(said.text))
          yield { kind: 'address', name, value: said.text, site: said.site };
      }
    }
  }
};
