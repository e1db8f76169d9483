import type { FleetConfig } from '../config/fleet-config.ts';
import { zoneServersOf } from '../config/host-target.ts';
import type { Finding } from '../core/finding.ts';
import type { HostName, CommitSha } from '../core/names.ts';
import type { Plan, PlannedHost, PlannedProbes, PlannedRecord, PlannedWay, PlannedZone } from '../core/plan.ts';
import type { Tree } from '../core/tree.ts';
import { changedRecords } from '../dns/changed-records.ts';
import { setKey } from '../dns/record.ts';
import { serialNumber } from '../dns/serial-reading.ts';
import { type OpenZone, zoneRecords } from '../dns/zone.ts';
import type { Consent } from '../core/risk.ts';
import type { AffectedHosts } from '../fleet/affected-hosts.ts';
import type { Diff, FactStates } from '../guard/guard.ts';
import { judge } from '../guard/list.ts';
import { type ChangedZone, changedZones } from '../guard/zones-changed.ts';
import { waveOrderOf, wavesOf } from '../rollout/waves.ts';
import { derivedFrom } from './derived-of.ts';
import { diffOf } from './diff-of.ts';
import type { Fleet } from './read-fleet.ts';

/** What is planned: the head of a pull request, against the commit where it left the default branch. */
interface Compared {
  readonly pullRequest: number;
  readonly sha: CommitSha;
  readonly base: CommitSha;
  readonly before: Tree;
  readonly after: Tree;
  /** Which hosts changed paths reach. */
  readonly affected: (changed: readonly string[]) => Promise<AffectedHosts>;
  readonly consent: Consent | null;
  /** What the whole repository says on both sides, where that could be read. */
  readonly facts?: FactStates | null;
  /** Hosts that the bot itself stands on. */
  readonly beneath?: readonly HostName[];
  /** What name servers' own programs say of the changed zones. */
  readonly verdicts?: (diff: Diff) => Promise<readonly Finding[]>;
}

/** The plan for a commit: hosts, zones with their records, findings. Config and rules are the default branch's. */
export async function planOfCommit(
  fleet: Fleet,
  { pullRequest, sha, base, before, after, affected, consent, facts = null, beneath = [], verdicts }: Compared,
  now: number,
): Promise<Plan> {
  const diff = await diffOf(fleet.config, { before, after, current: fleet.tree }, now, facts);
  const paths = diff.files.map(({ path }) => path);
  const { hosts, method, findings } = await affected(paths);
  const zones = changedZones(diff).map((zone) =>
    plannedZone(zone, fleet.config.zones[zone.source.zone]?.servers ?? [], diff),
  );
  const all = Object.keys(fleet.config.hosts) as HostName[];
  return {
    pullRequest,
    sha,
    base,
    hosts: [...hosts].map(
      ([host, { why }]): PlannedHost => ({
        host,
        why: why.slice(0, mostReasons),
        more: Math.max(0, why.length - mostReasons),
      }),
    ),
    waves: wavesOf(waveOrderOf(fleet.config, beneath), [...hosts.keys()]),
    ways: [...hosts.keys()].flatMap((host) => wayOf(fleet.config, host)),
    probes: [...hosts.keys()].flatMap((host) => probesOf(fleet.config, host, { facts, zones })),
    untouched: all.filter((host) => !hosts.has(host)),
    method,
    zones,
    findings: [...judge(diff), ...((await verdicts?.(diff)) ?? []), ...findings],
    consent,
    changedFiles: paths,
  };
}

/** Empty for the plain way: a deploy that tests first, on a host that nothing watches. */
function wayOf(config: FleetConfig, host: HostName): PlannedWay[] {
  const { mode = 'safe', watchdog = 'none' } = config.hosts[host] ?? {};
  return mode === 'safe' && watchdog === 'none' ? [] : [{ host, mode, watchdog }];
}

/** What is asked of a host by name. Hosts of which only the usual is asked need no line. */
function probesOf(
  config: FleetConfig,
  host: HostName,
  { facts, zones }: { readonly facts: FactStates | null; readonly zones: readonly PlannedZone[] },
): PlannedProbes[] {
  const own = config.hosts[host]?.probes;
  if (own === undefined) return [];
  const derived = derivedFrom(config, facts)(host);
  const served = zones.filter(
    ({ zone, records }) =>
      records.length > 0 && zoneServersOf(config, zone).some(({ host: server }) => server === host),
  );
  const declared = [own.units, own.containers, own.http, own.tcp, own.dns].reduce((sum, { length }) => sum + length, 0);
  if (derived.length + served.length + declared === 0) return [];
  return [{ host, derived, onlyTold: own.derived === 'warn', zones: served.map(({ zone }) => zone), declared }];
}

const mostReasons = 3;

function plannedZone({ source, before, after }: ChangedZone, servers: readonly string[], diff: Diff): PlannedZone {
  const was = dataBySet(before);
  const records = changedRecords(source, diff.zoneTexts.before, diff.zoneTexts.after).map(
    ({ name, type, data }): PlannedRecord => {
      const old = was.get(setKey(name, type)) ?? [];
      return {
        action: old.length === 0 ? 'create' : data.length === 0 ? 'delete' : 'update',
        name,
        type,
        before: old,
        after: data,
      };
    },
  );
  return {
    zone: source.zone,
    file: source.file,
    servers,
    serial: { before: serialNumber(before), after: serialNumber(after) },
    records,
  };
}

function dataBySet(zone: OpenZone | null): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, string[]>();
  if (zone === null) return sets;
  for (const { owner, type, data } of zoneRecords(zone)) {
    const set = sets.get(setKey(owner, type));
    if (set === undefined) sets.set(setKey(owner, type), [data]);
    else set.push(data);
  }
  return sets;
}
