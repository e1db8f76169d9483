import type { FleetConfig } from '../config/fleet-config.ts';
import { attributeOf, zoneServersOf } from '../config/host-target.ts';
import type { Finding } from '../core/finding.ts';
import type { HostName } from '../core/names.ts';
import { type AffectedHost, affectedBy, chain } from '../nix/graph/affected.ts';
import { hostsByPaths, isAmong } from './hosts-by-paths.ts';
import type { Reading } from './reading.ts';

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

/** What is compared: a repository before and after a change, the changed paths between them. */
export interface ReadChange {
  readonly before: Reading;
  readonly after: Reading;
  readonly changed: readonly string[];
}

/** The hosts of the config that a change reaches where its repository could not be read as a whole. */
export function affectedByPaths(config: FleetConfig, changed: readonly string[]): AffectedHosts {
  return { hosts: hostsByPaths(config, changed), method: 'paths', findings: [] };
}

/**
 * The hosts of the config that a change reaches by what each imports. Whatever is not understood widens: a host that
 * is not found counts by its paths, one with a file that cannot be read counts for what nobody is known to use.
 */
export function affectedByImports(config: FleetConfig, change: ReadChange): AffectedHosts {
  const { before, after, changed } = change;
  const holders = holdersOf(change);
  const reasons = new Map<string, readonly string[]>();
  for (const { name, why } of [...affectedBy(before, after, changed), ...throughUnread(change, holders)])
    if (!reasons.has(name)) reasons.set(name, why);
  const byPaths = hostsByPaths(config, changed);
  const hosts = new Map<HostName, ReachedHost>();
  const lost: HostName[] = [];
  for (const host of Object.keys(config.hosts) as HostName[]) {
    const attribute = attributeOf(config, host);
    if (after.filesOf(attribute) === null) {
      lost.push(host);
      const reached = byPaths.get(host);
      if (reached !== undefined) hosts.set(host, reached);
      continue;
    }
    const said = saidByConfig(config, host, changed);
    const reason = reasons.get(attribute);
    const more = [...said.paths, ...said.zones].filter((path) => path !== reason?.[0]);
    const why = [...(reason === undefined ? [] : [reason]), ...more.map((path) => [path])];
    if (why.length === 0) continue;
    const isOnly = (path: string) => holders.get(path)?.size === 1 && holders.get(path)?.has(attribute) === true;
    hosts.set(host, { touched: said.paths.length > 0 || changed.some(isOnly) ? 'own' : 'shared', why });
  }
  const findings = [
    ...lostFindings(config, lost),
    ...unknownFindings(config, after, reasons),
    ...unreadFindings(after),
  ];
  return { hosts, method: 'imports', findings };
}

/** The hosts that each of two answers names, so that neither leaves one out. The first one tells why. */
export function joined(one: AffectedHosts, other: AffectedHosts): AffectedHosts {
  return { ...one, hosts: new Map([...other.hosts, ...one.hosts]) };
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

/** The machines that each changed path is a file of, before or after. */
function holdersOf({ before, after, changed }: ReadChange): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map(changed.map((path) => [path, new Set<string>()] as const));
  for (const { files } of [before, after]) {
    for (const [name, { via, folders }] of files) {
      for (const [path, names] of holders) {
        if (via.has(path) || [...folders.keys()].some((folder) => path.startsWith(`${folder}/`))) names.add(name);
      }
    }
  }
  return holders;
}

/**
 * Ciphertext, or a file that is broken, may import anything. What is known to be used by others is theirs; a changed Nix
 * file that nobody is known to use counts for every host with such a file.
 */
function throughUnread(
  { after, changed }: ReadChange,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): AffectedHost[] {
  const orphan = changed.find((path) => path.endsWith('.nix') && holders.get(path)?.size === 0);
  if (orphan === undefined) return [];
  const closed = new Set(after.unread.map(({ file }) => file));
  return [...after.files].flatMap(([name, made]) => {
    const through = [...made.via.keys()].find((path) => closed.has(path));
    return through === undefined ? [] : [{ name, why: [orphan, ...chain(made, through)] }];
  });
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

function unknownFindings(config: FleetConfig, after: Reading, reasons: ReadonlyMap<string, unknown>): Finding[] {
  const known = new Set((Object.keys(config.hosts) as HostName[]).map((host) => attributeOf(config, host)));
  const unknown = after.hosts.filter(({ name, kind }) => kind === 'host' && reasons.has(name) && !known.has(name));
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
function unreadFindings({ unread }: Reading): Finding[] {
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
