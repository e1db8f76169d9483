import type { FleetConfig } from '../config/fleet-config.ts';
import { attributeOf, zoneServersOf } from '../config/host-target.ts';
import type { Finding } from '../core/finding.ts';
import type { HostName } from '../core/names.ts';
import type { ExactlyReached } from './evaluation.ts';
import { hostsByPaths, isAmong } from './hosts-by-paths.ts';
import type { ReachedMachine, ReachedMachines } from './reached-machines.ts';

/** How a change reaches a host of the config. */
export interface ReachedHost {
  /** `own`: by a file that no other host has. */
  readonly touched: 'own' | 'shared';
  /** For each reason the files from the changed one to the host's own. */
  readonly why: readonly (readonly string[])[];
}

export interface AffectedHosts {
  readonly hosts: ReadonlyMap<HostName, ReachedHost>;
  readonly method: 'paths' | 'imports' | 'evaluated';
  readonly findings: readonly Finding[];
}

/** The hosts of the config that a change reaches where its repository could not be read as a whole. */
export function affectedByPaths(config: FleetConfig, changed: readonly string[]): AffectedHosts {
  return { hosts: hostsByPaths(config, changed), method: 'paths', findings: [] };
}

/**
 * The hosts of the config that a change reaches, by the machines of the repository that it reaches. A host that the
 * repository is not found to describe counts by its paths; what the config itself says of a host widens the answer.
 */
export function affectedByImports(
  config: FleetConfig,
  machines: ReachedMachines,
  changed: readonly string[],
): AffectedHosts {
  const reasons = new Map(machines.reached.map((machine) => [machine.name, machine] as const));
  const found = new Set(machines.machines.map(({ name }) => name));
  const byPaths = hostsByPaths(config, changed);
  const hosts = new Map<HostName, ReachedHost>();
  const lost: HostName[] = [];
  for (const host of Object.keys(config.hosts) as HostName[]) {
    const attribute = attributeOf(config, host);
    if (!found.has(attribute)) lost.push(host);
    const reached = found.has(attribute) ? widened(config, host, reasons.get(attribute), changed) : byPaths.get(host);
    if (reached !== undefined) hosts.set(host, reached);
  }
  const findings = [...lostFindings(config, lost), ...unknownFindings(config, machines), ...unreadFindings(machines)];
  return { hosts, method: 'imports', findings };
}

/** The same, of machines that were evaluated as far as they could be. */
export function affectedExactly(config: FleetConfig, exact: ExactlyReached, changed: readonly string[]): AffectedHosts {
  const { hosts, method, findings } = affectedByImports(config, exact.machines, changed);
  const reasons = [...new Set(exact.failed.map(({ why }) => why))];
  const failures = reasons.map((reason): Finding => {
    const names = exact.failed.filter(({ why }) => why === reason).map(({ name }) => name);
    const message = `${quoted(names)} could not be evaluated and so counts as reached: ${reason}`;
    return { check, level: 'warning', message };
  });
  return { hosts, method: exact.evaluated > 0 ? 'evaluated' : method, findings: [...findings, ...failures] };
}

function widened(
  config: FleetConfig,
  host: HostName,
  reason: ReachedMachine | undefined,
  changed: readonly string[],
): ReachedHost | undefined {
  const said = saidByConfig(config, host, changed);
  const more = [...said.paths, ...said.zones].filter((path) => path !== reason?.why[0]);
  const why = [...(reason === undefined ? [] : [reason.why]), ...more.map((path) => [path])];
  if (why.length === 0) return undefined;
  return { touched: said.paths.length > 0 || reason?.own === true ? 'own' : 'shared', why };
}

/**
 * The hosts that each of two answers names. Of the second only those that one of the changed paths reaches: a machine
 * that others added meanwhile is none of this change.
 */
export function joined(one: AffectedHosts, other: AffectedHosts, changed: readonly string[]): AffectedHosts {
  const more = [...other.hosts].filter(
    ([host, { why }]) => !one.hosts.has(host) && why.some(([path]) => path !== undefined && changed.includes(path)),
  );
  return { ...one, hosts: new Map([...one.hosts, ...more]) };
}

/** Changed paths that the config itself says to be the host's: what widens an answer, and never narrows one. */
function saidByConfig(
  config: FleetConfig,
  host: HostName,
  changed: readonly string[],
): { readonly paths: readonly string[]; readonly zones: readonly string[] } {
  const written = (config.hosts[host]?.paths ?? []).map((path) => path.replace(/\/+$/, ''));
  const zones = Object.entries(config.zones).flatMap(([zone, { file }]) =>
    changed.includes(file) && zoneServersOf(config, zone).some((server) => server.host === host) ? [file] : [],
  );
  return { paths: changed.filter((path) => isAmong(path, written)), zones };
}

const check = 'affected';

function lostFindings(config: FleetConfig, lost: readonly HostName[]): Finding[] {
  return lost.map((host) => ({
    check,
    level: 'warning',
    host,
    message: `\`${attributeOf(config, host)}\` is not found among the machines of this commit: whether the change reaches it is told by its paths only`,
  }));
}

function unknownFindings(config: FleetConfig, { machines, reached }: ReachedMachines): Finding[] {
  const known = new Set((Object.keys(config.hosts) as HostName[]).map((host) => attributeOf(config, host)));
  const isReached = new Set(reached.map(({ name }) => name));
  const unknown = machines.filter(({ name, kind }) => kind === 'host' && isReached.has(name) && !known.has(name));
  if (unknown.length === 0) return [];
  const names = quoted(unknown.map(({ name }) => name));
  return [
    {
      check,
      level: 'note',
      message: `the change also reaches ${names}, which the config file does not name: nothing is deployed there`,
    },
  ];
}

/** One finding for all of them: a fleet with encrypted files has them in every plan. */
function unreadFindings({ unread }: ReachedMachines): Finding[] {
  if (unread.length === 0) return [];
  const places = unread.map(({ file, line, why }) => `${file === '' ? '.' : `${file}:${line}`} (${why})`);
  return [
    { check, level: 'note', message: `could not be read, so hosts that use it count as reached: ${quoted(places)}` },
  ];
}

function quoted(words: readonly string[], most = 8): string {
  const told = words.slice(0, most).map((word) => `\`${word.replaceAll('`', "'")}\``);
  return words.length > most ? `${told.join(', ')} and ${words.length - most} more` : told.join(', ');
}
