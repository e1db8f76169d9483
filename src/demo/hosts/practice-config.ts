import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { canonicalName } from '../../dns/name.ts';
import type { PracticeHost } from './practice-host.ts';

/**
 * `.github/fleetwright.yml` with every address that a practice host plays replaced by its loopback port, and each
 * host's key by the practice host's own. Comments and everything else stay.
 */
export async function practiceConfig(hosts: readonly PracticeHost[], baseConfigText: string): Promise<string> {
  const document = parseDocument(baseConfigText);
  const byAddress = new Map(hosts.flatMap((host) => host.addresses.map((address) => [address, host] as const)));
  const place = async (address: string, port: number, otherwise?: PracticeHost): Promise<string | null> => {
    const host = byAddress.get(address) ?? otherwise;
    return host === undefined ? null : `${host.address}:${await host.portFor(port)}`;
  };

  for (const host of hosts) {
    const written = document.getIn(['hosts', host.name]);
    const entry = isMap(written) ? written : document.createNode({});
    if (entry !== written) document.setIn(['hosts', host.name], entry);
    entry.set('address', host.address);
    entry.set('port', host.port);
    entry.set('user', host.user);
    entry.set('host_key', host.hostKey);
    // On the loopback all hosts have one address, and a port of the configuration is none of theirs.
    entry.setIn(['probes', 'derived'], false);
    for (const probe of mapsIn(entry.getIn(['probes', 'http']))) {
      const url = new URL(textAt(probe, 'url') ?? '');
      const at = await place(url.hostname, Number(url.port || (url.protocol === 'https:' ? 443 : 80)));
      if (at !== null) probe.set('url', `http://${at}${url.pathname}${url.search}`);
    }
    for (const probe of mapsIn(entry.getIn(['probes', 'tcp']))) {
      const at = await place(textAt(probe, 'address') ?? '', Number(probe.get('port')), host);
      if (at === null) continue;
      const [address, port] = at.split(':');
      probe.set('address', address);
      probe.set('port', Number(port));
    }
    for (const probe of mapsIn(entry.getIn(['probes', 'dns']))) {
      const { address, port } = splitServer(textAt(probe, 'server') ?? host.addresses[0] ?? '');
      const at = await place(address, port, host);
      if (at !== null) probe.set('server', at);
    }
  }
  const zones = document.get('zones');
  for (const pair of isMap(zones) ? zones.items : []) {
    const servers = isMap(pair.value) ? pair.value.get('servers') : null;
    const name = canonicalName(String(isScalar(pair.key) ? pair.key.value : pair.key));
    // What no practice host knows how to serve cannot be asked for after a deploy either.
    if (isSeq(servers) && !hosts.some((host) => Object.keys(host.truth().zones).includes(name))) servers.items = [];
    for (const server of isSeq(servers) ? servers.items : []) {
      if (!isScalar(server)) continue;
      const { address, port } = splitServer(String(server.value));
      const host = hosts.find((one) => one.name === address) ?? byAddress.get(address);
      // By name, because on the loopback all hosts have one address: a deploy asks the servers on its own host.
      if (host !== undefined) server.value = `${host.name}:${await host.portFor(port)}`;
    }
  }
  return document.toString({ lineWidth: 0 });
}

function mapsIn(node: unknown): YAMLMap[] {
  return isSeq(node) ? node.items.filter((item): item is YAMLMap => isMap(item)) : [];
}

function textAt(map: YAMLMap, key: string): string | null {
  const value = map.get(key);
  return typeof value === 'string' ? value : null;
}

function splitServer(text: string): { address: string; port: number } {
  const [, address = text, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(text) ?? [];
  return { address, port: port === undefined ? 53 : Number(port) };
}
