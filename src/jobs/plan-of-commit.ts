import { ownPathsOf } from '../config/host-target.ts';
import type { HostName, CommitSha } from '../core/names.ts';
import type { Plan, PlannedHost, PlannedRecord, PlannedZone } from '../core/plan.ts';
import type { Tree } from '../core/tree.ts';
import { canonicalName } from '../dns/name.ts';
import { changedRecords } from '../dns/changed-records.ts';
import { readSerial, serialOf } from '../dns/bump.ts';
import { openZone, type ZoneSource, zoneRecords } from '../dns/zone.ts';
import { isRefusal } from '../core/refusal.ts';
import { judge } from '../guard/list.ts';
import { hostsTouched } from '../rollout/touched-hosts.ts';
import { changedFiles } from './changed-files.ts';
import type { Fleet } from './read-fleet.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** What is planned: the head of a pull request, against the commit where it left the default branch. */
interface Compared {
  readonly pullRequest: number;
  readonly sha: CommitSha;
  readonly base: CommitSha;
  readonly before: Tree;
  readonly after: Tree;
}

/** The plan for a commit: hosts, zones with their records, findings. Config and rules are the default branch's. */
export async function planOfCommit(fleet: Fleet, { pullRequest, sha, base, before, after }: Compared): Promise<Plan> {
  const files = await changedFiles(before, after);
  const paths = files.map(({ path }) => path);
  const touched = hostsTouched(fleet.config, paths);
  const [old, fresh] = await Promise.all([zoneTexts(before, fleet.config), zoneTexts(after, fleet.config)]);
  const zones = zoneSources(fleet.config).flatMap((source) => {
    const planned = plannedZone(source, fleet.config.zones[source.zone]?.servers ?? [], old, fresh);
    return planned === null ? [] : [planned];
  });
  const all = Object.keys(fleet.config.hosts) as HostName[];
  return {
    pullRequest,
    sha,
    base,
    hosts: [...touched].map(
      ([host, how]): PlannedHost => ({ host, why: whyOf(paths, ownPathsOf(fleet.config, host), how) }),
    ),
    untouched: all.filter((host) => !touched.has(host)),
    method: 'paths',
    zones,
    findings: judge({ files }),
    changedFiles: paths,
  };
}

const mostReasons = 3;

function whyOf(paths: readonly string[], own: readonly string[], how: 'own' | 'shared'): readonly string[] {
  const isOwn = (path: string) => own.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const reasons = how === 'own' ? paths.filter(isOwn) : paths.filter((path) => !isOwn(path));
  return reasons.length > mostReasons
    ? [...reasons.slice(0, mostReasons), `and ${reasons.length - mostReasons} more`]
    : reasons;
}

function plannedZone(
  source: ZoneSource,
  servers: readonly string[],
  old: ReadonlyMap<string, string>,
  fresh: ReadonlyMap<string, string>,
): PlannedZone | null {
  if (old.get(source.file) === fresh.get(source.file)) return null;
  const before = dataBySet(source, old);
  const records = changedRecords(source, old, fresh).map(({ name, type, data }): PlannedRecord => {
    const was = before.get(`${name} ${type}`) ?? [];
    return {
      action: was.length === 0 ? 'create' : data.length === 0 ? 'delete' : 'update',
      name,
      type,
      before: was,
      after: data,
    };
  });
  return {
    zone: source.zone,
    file: source.file,
    servers,
    serial: { before: serialIn(source, old), after: serialIn(source, fresh) },
    records,
  };
}

function dataBySet(source: ZoneSource, files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const zone = openZone(source, files);
  const sets = new Map<string, string[]>();
  if (isRefusal(zone)) return sets;
  for (const { owner, type, data } of zoneRecords(zone)) {
    const key = `${canonicalName(owner)} ${type}`;
    sets.set(key, [...(sets.get(key) ?? []), data]);
  }
  return sets;
}

function serialIn(source: ZoneSource, files: ReadonlyMap<string, string>): number | null {
  const zone = openZone(source, files);
  const site = isRefusal(zone) ? null : serialOf(zone);
  const reading = site === null ? null : readSerial(site.serial);
  return reading === null || isRefusal(reading) || reading.kind === 'not-ours' ? null : reading.value;
}
