import type { HostName } from '../core/names.ts';
import { nearest } from '../core/nearest.ts';
import type { FleetConfig, Selection } from './fleet-config.ts';
import { circlesIn, hostsBefore, selectedHosts } from './host-order.ts';
import type { Misstep } from './misstep.ts';

/** What is wrong with the order that the config wants: names that nothing carries, circles, hosts after the last. */
export function orderMistakes(config: FleetConfig): readonly Misstep[] {
  const names = Object.keys(config.hosts);
  const carried = [...new Set(Object.values(config.hosts).flatMap((host) => host.tags))];
  const unknown = selectionsOf(config).flatMap((placed) => unknownIn({ names, carried }, placed));
  return unknown.length > 0 ? unknown : [...circles(config), ...afterTheLast(config), ...idleWaves(config)];
}

interface Placed {
  readonly path: readonly PropertyKey[];
  readonly selection: Selection;
}

function selectionsOf({ hosts, deploy }: FleetConfig): readonly Placed[] {
  return [
    ...Object.entries(hosts).map(([host, { after }]) => ({ path: ['hosts', host, 'after'], selection: after })),
    ...Object.entries(deploy.tags).flatMap(([tag, { after }]) => [
      { path: ['deploy', 'tags'], selection: { hosts: [], tags: [tag] } },
      { path: ['deploy', 'tags', tag, 'after'], selection: after },
    ]),
    { path: ['deploy', 'canary'], selection: deploy.canary },
    ...deploy.waves.map((selection, index) => ({ path: ['deploy', 'waves', index], selection })),
    { path: ['deploy', 'last'], selection: { hosts: deploy.last, tags: [] } },
  ];
}

function unknownIn(
  { names, carried }: { readonly names: readonly string[]; readonly carried: readonly string[] },
  { path, selection: { hosts, tags } }: Placed,
): readonly Misstep[] {
  const meant = (word: string, known: readonly string[]) => {
    const near = nearest(word, known);
    return near === null ? '' : `; "${near}" is near it`;
  };
  return [
    ...hosts
      .filter((host) => !names.includes(host))
      .map((host) => ({ path, message: `"${host}" is no host of this file${meant(host, names)}` })),
    ...tags
      .filter((tag) => !carried.includes(tag))
      .map((tag) => ({ path, message: `no host carries the tag "${tag}"${meant(tag, carried)}` })),
  ];
}

function circles(config: FleetConfig): readonly Misstep[] {
  return circlesIn(hostsBefore(config)).map((circle) => {
    const [first = '' as HostName] = circle;
    const host = config.hosts[first];
    const own = selectedHosts(config, host?.after ?? { hosts: [], tags: [] }).includes(circle[1] ?? first);
    const tag = host?.tags.find((one) => Object.hasOwn(config.deploy.tags, one));
    const path = own || tag === undefined ? ['hosts', first, 'after'] : ['deploy', 'tags', tag, 'after'];
    return { path, message: `these wait for each other: ${circle.join(' after ')}` };
  });
}

function afterTheLast(config: FleetConfig): readonly Misstep[] {
  const { last } = config.deploy;
  return [...hostsBefore(config)].flatMap(([host, before]) => {
    const behind = before.filter((other) => last.includes(other) && !last.includes(host));
    return behind.map((other) => ({
      path: ['deploy', 'last'],
      message: `${host} is to go after ${other}, and nothing goes after a host that goes last`,
    }));
  });
}

/** A wave without bounds takes all that is left, so what stands behind it does nothing. */
function idleWaves({ deploy: { waves } }: FleetConfig): readonly Misstep[] {
  return waves.flatMap(({ hosts, tags, count, percent }, index) => {
    const path = ['deploy', 'waves', index];
    if (count !== undefined && percent !== undefined)
      return [{ path, message: 'names both `count` and `percent`; one of them can hold' }];
    const takesAll = hosts.length === 0 && tags.length === 0 && count === undefined && percent === undefined;
    return takesAll ? [{ path, message: 'names no `hosts`, `tags`, `count` or `percent`, so it would take all' }] : [];
  });
}
