import { Command } from 'commander';
import { zonePrograms } from '../adapters/name-servers/zone-programs.ts';
import { settingsOfProcess } from '../config/settings.ts';
import type { Finding } from '../core/finding.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { systemClock } from '../core/system-clock.ts';
import { unifiedDiff } from '../core/unified-diff.ts';
import { changesAsked, type RecordAsk } from '../dns/asked-change.ts';
import { readTime } from '../dns/data.ts';
import { canonicalName } from '../dns/name.ts';
import { type DnsPlan, planDnsChange } from '../dns/plan-change.ts';
import type { ServerProgram } from '../dns/server-programs.ts';
import { openZone, type OpenZone, type ZoneSource, zoneRecords } from '../dns/zone.ts';
import { sourcesToChange, zoneFor } from '../dns/zones-for.ts';
import { refusalText } from '../report/refusal-text.ts';
import { openPlaces, type PlaceOptions, type Places } from './dns-places.ts';
import { withPlaceOptions } from './dns-options.ts';
import { knownServers, opened } from './dns-serials.ts';
import type { Io } from './io.ts';

interface EditOptions extends PlaceOptions {
  readonly ttl?: string;
  readonly from?: string[];
  readonly all?: boolean;
  readonly write: boolean;
  readonly json: boolean;
}

type Ask = Omit<RecordAsk, 'ttl'>;

export const addCommand = (io: Io): Command =>
  editing('add', 'add a record')
    .argument('<name>', 'the name: @, relative to the zone, or in full')
    .argument('<type>', 'the type of the record')
    .argument('<value...>', 'its data, as one word or as several')
    .option('--ttl <time>', 'the TTL, in seconds or as 1h30m')
    .action((name: string, type: string, value: string[], options: EditOptions) =>
      edit(io, options, { action: 'add', name, type, value, from: null, all: false }),
    );

export const setCommand = (io: Io): Command =>
  editing('set', 'change the data or the TTL of a record that is there')
    .argument('<name>', 'the name')
    .argument('<type>', 'the type of the record')
    .argument('<value...>', 'its new data')
    .option('--ttl <time>', 'the new TTL, in seconds or as 1h30m')
    .option('--from <value...>', 'the data that goes, where the name has several records of the type')
    .action((name: string, type: string, value: string[], options: EditOptions) =>
      edit(io, options, { action: 'set', name, type, value, from: options.from ?? null, all: false }),
    );

export const removeCommand = (io: Io): Command =>
  editing('remove', 'remove a record')
    .argument('<name>', 'the name')
    .argument('[type]', 'the type; without it, the only record of the name')
    .argument('[value...]', 'its data; without it, the only record of the type')
    .option('--all', 'all records of the name, or of its type', false)
    .action((name: string, type: string | undefined, value: string[], options: EditOptions) =>
      edit(io, options, {
        action: 'remove',
        name,
        type: type ?? null,
        value: value.length === 0 ? null : value,
        from: null,
        all: options.all === true,
      }),
    );

function editing(name: string, description: string): Command {
  return withPlaceOptions(new Command(name).description(description))
    .option('--write', 'change the files; without it, the diff is printed', false)
    .option('--json', 'print {changes, files, serials, findings, refused?}', false);
}

async function edit(io: Io, options: EditOptions, ask: Ask): Promise<void> {
  const places = await openPlaces(options);
  const made = isRefusal(places) ? places : await planned(places, options, ask);
  if (!isRefusal(places)) places.close();
  if (isRefusal(made)) return refused(io, options, made);
  const { plan, findings } = made;
  if (options.write && !isRefusal(places)) places.write(plan.edits);
  const files = plan.edits.map((one) => ({ path: one.path, diff: unifiedDiff(one) }));
  if (options.json) return io.print(JSON.stringify(jsonOf(plan, files, findings)));
  for (const { zone, file, line, old, new: fresh, rule } of plan.serials)
    io.aside(`${file}:${line}: serial of ${zone} ${old} -> ${fresh} (${rule})`);
  for (const finding of findings) io.aside(findingLine(finding));
  if (!options.write) for (const { diff } of files) io.print(diff.trimEnd());
  else for (const { path } of files) io.print(`changed ${path}`);
}

async function planned(
  places: Places,
  options: EditOptions,
  asked: Ask,
): Promise<{ readonly plan: DnsPlan; readonly findings: readonly Finding[] } | Refusal> {
  const source = zoneFor(places.sources, asked.name, options.zone ?? null);
  if (isRefusal(source)) return source;
  const texts = await places.texts([source]);
  const zone = openZone(source, texts);
  if (isRefusal(zone)) return zone;
  const ttl = options.ttl === undefined ? null : readTime(options.ttl);
  if (options.ttl !== undefined && ttl === null) return withPlace(noTtl(asked.name, options.ttl), zone);
  const changes = changesAsked(zone, { ...asked, ttl });
  if (isRefusal(changes)) return withPlace(changes, zone);
  const data = changes.flatMap((change) => (change.action === 'update' ? [change.before, change.data] : [change.data]));
  const others = sourcesToChange(places.sources, [zone], data);
  const zones = [source, ...others.filter((other) => canonicalName(other.zone) !== zone.name)];
  const files = zones.length === 1 ? texts : await places.texts(zones);
  const { serials, programs } = await knownServers(places, opened(zones, files));
  const plan = planDnsChange({ zones, files, serials }, changes, systemClock.now());
  if (isRefusal(plan)) return withPlace(plan, zone);
  const proof = await proven(zones, files, plan, programs);
  return isRefusal(proof) ? withPlace(proof, zone) : { plan, findings: [...plan.findings, ...proof] };
}

function noTtl(name: string, said: string): Refusal {
  return refuse('bad-arguments', { name, reason: `"${said}" is not a TTL` }, 'Write seconds, or a time such as 1h30m.');
}

/** Larger zones are proven where the bot changes them: two states of one take a name server's program seconds. */
const mostProven = 1_000_000;

async function proven(
  zones: readonly ZoneSource[],
  files: ReadonlyMap<string, string>,
  plan: DnsPlan,
  programs: readonly ServerProgram[],
): Promise<readonly Finding[] | Refusal> {
  const parsed = settingsOfProcess();
  const size = plan.edits.reduce((sum, one) => sum + (one.after?.length ?? 0), 0);
  if (parsed.kind === 'invalid' || size > mostProven) return [];
  const { proveZones } = await import('../jobs/prove-zones.ts');
  const after = new Map(files);
  for (const one of plan.edits) if (one.after !== null) after.set(one.path, one.after);
  const diff = { files: [], zones, zoneTexts: { before: files, after, current: files }, now: systemClock.now() };
  return proveZones(zonePrograms(parsed.settings.programFolders), programs, diff, plan);
}

/** Where a refusal names no place, the zone's own beginning is where to look. */
function withPlace(refusal: Refusal, zone: OpenZone): Refusal {
  const { file, line } = refusal.facts;
  if (file !== undefined && line !== undefined) return refusal;
  const name = refusal.facts['name'];
  let place: { readonly file: string; readonly line: number } = { file: zone.documents[0]?.path ?? '', line: 1 };
  for (const record of zoneRecords(zone)) {
    if (record.type !== 'SOA' && record.owner !== name) continue;
    place = { file: record.file, line: record.line };
    if (record.owner === name) break;
  }
  return { ...refusal, facts: { ...place, ...refusal.facts } };
}

function refused(io: Io, options: EditOptions, refusal: Refusal): void {
  const { file, line } = refusal.facts;
  const message = refusalText(refusal);
  const said = { code: refusal.code, message, file: file ?? options.file ?? null, line: line ?? null };
  if (options.json) io.print(JSON.stringify({ changes: [], files: [], serials: [], refused: said }));
  else io.aside(`${[said.file, said.line].filter((part) => part !== null).join(':')}: refused: ${message}`);
  io.exitWith(1);
}

function jsonOf(plan: DnsPlan, files: readonly { path: string; diff: string }[], findings: readonly Finding[]) {
  return {
    changes: plan.rows.map(({ action, zone, name, type, before, after, ttl, file, line }) => ({
      action,
      zone,
      owner: name,
      type,
      before,
      after,
      ttl,
      file,
      line,
    })),
    files,
    serials: plan.serials.map(({ zone, file, line, old, new: fresh, rule }) => ({
      zone,
      old,
      new: fresh,
      rule,
      file,
      line,
    })),
    findings,
  };
}

export function findingLine({ check, level, file, line, message }: Finding): string {
  return `${file === undefined ? '' : `${file}:${line ?? 1}: `}${level}: ${message} (${check})`;
}
