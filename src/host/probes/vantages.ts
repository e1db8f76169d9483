import { networkOf } from '../../config/networks.ts';
import type { HostName } from '../../core/names.ts';
import type { Scene } from './probe.ts';

export interface OtherVantage {
  readonly host: HostName;
  readonly network: string | null;
}

const most = 3;

/**
 * Who else is asked when the bot gets no answer: up to three hosts, each from another network, those of other networks
 * than the host's own first. Of every network two are named, so that one that is away does not leave it unheard.
 */
export function vantagesFor({ host, config, fleet }: Scene): readonly (readonly OtherVantage[])[] {
  const own = networkOf(fleet, config.address);
  const networks = new Map<string, OtherVantage[]>();
  // By name, so that the same fleet always asks the same hosts.
  for (const [name, { address }] of Object.entries(fleet.hosts).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (name === host) continue;
    const network = networkOf(fleet, address);
    const key = network ?? `name ${name}`;
    networks.set(key, [...(networks.get(key) ?? []), { host: name as HostName, network }]);
  }
  const others = [...networks].filter(([key]) => key !== own);
  const same = [...networks].filter(([key]) => key === own);
  return [...others, ...same].slice(0, most).map(([, hosts]) => hosts.slice(0, 2));
}
