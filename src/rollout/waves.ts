import { assert } from '../core/bug.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { hostsBefore, selectedHosts } from '../config/host-order.ts';
import type { HostName } from '../core/names.ts';

/** In which order the hosts of a fleet are to be brought somewhere. */
export interface WaveOrder {
  /** What the first waves take. */
  readonly first: readonly WaveRule[];
  /** How many hosts each of the following waves holds. */
  readonly size: number;
  /** For each host those that end before it begins. */
  readonly before: ReadonlyMap<HostName, readonly HostName[]>;
  /** Each alone, after all others. */
  readonly last: readonly HostName[];
}

interface WaveRule {
  /** Null: any that are left. */
  readonly hosts: readonly HostName[] | null;
  readonly count: number | null;
  readonly percent: number | null;
}

/** The order that the config names. `beneath`: hosts that the bot itself stands on, as far as it can tell. */
export function waveOrderOf(
  config: Pick<FleetConfig, 'hosts' | 'deploy'>,
  beneath: readonly HostName[] = [],
): WaveOrder {
  const { canary, waves, wave_size: size, last } = config.deploy;
  const canaries = selectedHosts(config, canary);
  return {
    first: [
      ...(canaries.length === 0 ? [] : [{ hosts: canaries, count: null, percent: null }]),
      ...waves.map((wave) => ({
        hosts: wave.hosts.length === 0 && wave.tags.length === 0 ? null : selectedHosts(config, wave),
        count: wave.count ?? null,
        percent: wave.percent ?? null,
      })),
    ],
    size,
    before: hostsBefore(config),
    last: [...new Set([...beneath.filter((host) => !last.includes(host)), ...last])],
  };
}

/**
 * The hosts in waves. No bound of a wave is ever passed and nobody goes before one that it waits for: a host that
 * is not ready when its wave goes is taken by a later one. Hosts keep the order in which they come.
 */
export function wavesOf(order: WaveOrder, hosts: readonly HostName[]): readonly (readonly HostName[])[] {
  const last = order.last.filter((host) => hosts.includes(host));
  const others = hosts.filter((host) => !last.includes(host));
  const left = new Set(others);
  const waves: HostName[][] = [];
  const ready = (host: HostName) => !(order.before.get(host) ?? []).some((other) => left.has(other));
  const take = (may: (host: HostName) => boolean, most: number): void => {
    const wave = [...left].filter((host) => may(host) && ready(host)).slice(0, most);
    for (const host of wave) left.delete(host);
    if (wave.length > 0) waves.push(wave);
  };
  for (const { hosts: named, count, percent } of order.first) {
    const share = percent === null ? Infinity : Math.ceil((hosts.length * percent) / 100);
    take((host) => named === null || named.includes(host), Math.min(count ?? Infinity, share));
  }
  while (left.size > 0) {
    const before = left.size;
    take(() => true, order.size);
    // The config has no circles; one that was read from elsewhere must not hang the bot.
    assert(left.size < before, `no circle among ${[...left].join(', ')}`);
  }
  return [...waves, ...last.map((host) => [host])];
}
