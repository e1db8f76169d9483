import type { OptionNode } from '../definitions/option-node.ts';
import type { FactReader, Said } from './fact-reader.ts';

/** Addresses of interfaces: scripted networking, networkd, containers, addresses that move between machines. */
export const addresses: FactReader = function* ({ root }) {
  for (const [name, node] of root.at('networking', 'interfaces').entries()) yield* ofInterface(name, node);
  for (const [unit, node] of root.at('systemd', 'network', 'networks').entries()) yield* ofNetwork(unit, node);
  for (const [name, node] of root.at('containers').entries()) yield* ofContainer(name, node);
  for (const [name, node] of root.at('services', 'keepalived', 'vrrpInstances').entries()) {
    for (const each of node.at('virtualIps').items()) yield* address(`keepalived ${name}`, each.at('addr'));
  }
};

function* ofInterface(name: string, node: OptionNode): Generator<Said> {
  const called = node.at('name').text()?.text ?? name;
  for (const family of ['ipv4', 'ipv6']) {
    for (const each of node.at(family, 'addresses').items())
      yield* address(called, each.at('address'), each.at('prefixLength'));
  }
  // As NixOS wrote it before 18.03; older fleets still do, and it is translated.
  yield* address(called, node.at('ipAddress'), node.at('prefixLength'));
  yield* address(called, node.at('ipv6Address'), node.at('ipv6PrefixLength'));
  for (const old of ['ip4', 'ip6'])
    for (const each of node.at(old).items()) yield* address(called, each.at('address'), each.at('prefixLength'));
}

function* ofNetwork(unit: string, node: OptionNode): Generator<Said> {
  const name = networkInterface(unit, node);
  for (const each of oneOrMore(node.at('address'))) yield* address(name, each);
  for (const each of oneOrMore(node.at('networkConfig', 'Address'))) yield* address(name, each);
  for (const each of node.at('addresses').items()) {
    yield* address(name, each.at('Address'));
    // Until 24.11 networkd's settings stood one level deeper.
    yield* address(name, each.at('addressConfig', 'Address'));
  }
}

/** The interface that a network's unit is for, or the unit where it is for several or told by other means. */
export function networkInterface(unit: string, node: OptionNode): string {
  const named = node.at('matchConfig', 'Name').text()?.text ?? node.at('name').text()?.text;
  return named === undefined || /[\s*?[\]]/.test(named) ? unit : named;
}

function* ofContainer(guest: string, node: OptionNode): Generator<Said> {
  for (const suffix of ['', '6']) {
    for (const said of address('eth0', node.at(`localAddress${suffix}`))) yield { ...said, guest };
    yield* address(`ve-${guest}`, node.at(`hostAddress${suffix}`));
  }
  for (const [name, veth] of node.at('extraVeths').entries()) {
    for (const suffix of ['', '6']) {
      for (const said of address(name, veth.at(`localAddress${suffix}`))) yield { ...said, guest };
      yield* address(name, veth.at(`hostAddress${suffix}`));
    }
  }
}

/** An option that takes one text or a list of them. */
export function oneOrMore(node: OptionNode): readonly OptionNode[] {
  const items = node.items();
  return items.length > 0 ? items : [node];
}

function* address(name: string, node: OptionNode, length?: OptionNode): Generator<Said> {
  const said = node.text();
  if (said === null || !isAddress(said.text)) return;
  const prefix = length?.number() ?? null;
  const value = prefix === null || said.text.includes('/') ? said.text : `${said.text}/${prefix.number}`;
  yield { kind: 'address', name, value, site: said.site };
}

/** An address of IPv4 or IPv6, with or without the length of its prefix. Not what it may mean: that is for who judges it. */
export function isAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*)(?:\/\d{1,3})?$/i.test(text);
}
