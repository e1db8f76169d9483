import { Command } from 'commander';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { systemClock } from '../core/system-clock.ts';
import { ownerTyped } from '../dns/asked-change.ts';
import { nameFindings, zoneFindings } from '../dns/findings.ts';
import { canonicalName, isWithin } from '../dns/name.ts';
import type { HeldRecord } from '../dns/record.ts';
import { typeNamed } from '../dns/record-types.ts';
import { type SerialReport, serialReport } from '../dns/serial-report.ts';
import { openZone, type OpenZone, type ZoneSource, zoneRecords } from '../dns/zone.ts';
import { refusalText } from '../report/refusal-text.ts';
import { findingLine } from './dns-edit.ts';
import { openPlaces, type PlaceOptions, type Places } from './dns-places.ts';
import { withPlaceOptions } from './dns-options.ts';
import { knownServers } from './dns-serials.ts';
import type { Io } from './io.ts';

interface ReadOptions extends PlaceOptions {
  readonly json: boolean;
}

export const listCommand = (io: Io): Command =>
  reading('list', 'list every record, with the file and line that hold it')
    .option('--json', 'print one {zone, owner, type, ttl, data, holder, file, line} a line', false)
    .action(async (options: ReadOptions) => {
      await withZones(io, options, (zones) => {
        for (const zone of zones) for (const record of wanted(zone, options)) show(io, options, record);
        io.exitWith(0);
      });
    });

export const getCommand = (io: Io): Command =>
  reading('get', 'tell what a name has; the exit code is 1 where that is nothing')
    .argument('<name>', 'the name: @, relative to the zone, or in full')
    .argument('[type]', 'only records of this type')
    .option('--json', 'print one {zone, owner, type, ttl, data, holder, file, line} a line', false)
    .action(async (name: string, type: string | undefined, options: ReadOptions) => {
      await withZones(io, options, (zones) => {
        let found = false;
        for (const zone of zones) {
          const owner = ownerTyped(name, zone.name);
          for (const record of wanted(zone, options)) {
            if (record.owner !== owner || (type !== undefined && record.type !== typeNamed(type))) continue;
            found = true;
            show(io, options, record);
          }
        }
        if (!found) io.aside(`There is no ${type === undefined ? '' : `${typeNamed(type)} `}record ${name}.`);
        io.exitWith(found ? 0 : 1);
      });
    });

export const checkCommand = (io: Io): Command =>
  reading('check', 'tell everything that the zones say wrongly; the exit code is 1 where that is something')
    .option('--json', 'print {findings: [{check, level, message, file, line, column}]}', false)
    .action(async (options: ReadOptions) => {
      await withZones(io, options, (zones) => {
        const places = zones.filter(({ name }) => name === '.');
        const findings = [...zoneFindings(zones.filter((zone) => !places.includes(zone))), ...nameFindings(places)];
        if (options.json) io.print(JSON.stringify({ findings }));
        else for (const finding of findings) io.print(findingLine(finding));
        io.exitWith(findings.some(({ level, check }) => level !== 'note' || check !== 'dns-unreadable') ? 1 : 0);
      });
    });

export const serialCommand = (io: Io): Command =>
  reading('serial', 'tell the serial of each zone, its format, and what the next change would make of it')
    .option('--json', 'print one {zone, file, line, serial, format, next, rule} a line', false)
    .action(async (options: ReadOptions) => {
      await withZones(io, options, async (zones, places) => {
        const { serials: known } = await knownServers(places, zones);
        const reports = zones.flatMap((zone) => serialReport(zone, systemClock.now(), known.get(zone.name)) ?? []);
        for (const report of reports) io.print(options.json ? JSON.stringify(report) : serialLine(report));
        io.exitWith(reports.some(({ wrong }) => wrong) ? 1 : 0);
      });
    });

function serialLine({ zone, file, line, serial, format, next, rule }: SerialReport): string {
  return `${zone}  ${serial} (${format})  ${next === null ? 'stays' : `next ${next}`}: ${rule}  ${file}:${line}`;
}

function reading(name: string, description: string): Command {
  return withPlaceOptions(new Command(name).description(description));
}

/** Opens what the options name. What cannot be opened is said, and the rest goes on. */
async function withZones(
  io: Io,
  options: ReadOptions,
  use: (zones: readonly OpenZone[], places: Places) => void | Promise<void>,
): Promise<void> {
  const places = await openPlaces(options);
  if (isRefusal(places)) return io.misused(refusalText(places));
  const sources = sourcesWanted(places.sources, options.zone);
  const texts = await places.texts(sources);
  const opened = sources.map((source) => openZone(source, texts));
  for (const zone of opened) if (isRefusal(zone)) io.aside(refusalText(zone));
  if (sources.length > 0)
    await use(
      opened.filter((zone): zone is Exclude<typeof zone, Refusal> => !isRefusal(zone)),
      places,
    );
  else io.misused(nothing(options, places.sources));
  places.close();
}

/** A zone that was asked for may also be spoken of by names that are kept without a zone. */
function sourcesWanted(sources: readonly ZoneSource[], zone: string | undefined): readonly ZoneSource[] {
  if (zone === undefined) return sources;
  return sources.filter((source) => ['.', canonicalName(zone)].includes(canonicalName(source.zone)));
}

function nothing(options: ReadOptions, sources: readonly ZoneSource[]): string {
  const known = [...new Set(sources.map(({ zone }) => zone))].filter((zone) => zone !== '.');
  if (options.zone === undefined || known.length === 0) return 'No DNS names were found here.';
  return `There is no zone ${options.zone} here; there are: ${known.join(', ')}.`;
}

function* wanted(zone: OpenZone, { zone: said }: ReadOptions): Generator<HeldRecord> {
  const within = said === undefined || zone.name !== '.' ? null : canonicalName(said);
  for (const record of zoneRecords(zone)) if (within === null || isWithin(record.owner, within)) yield record;
}

function show(io: Io, { json }: ReadOptions, { zone, owner, type, ttl, data, holder, file, line }: HeldRecord): void {
  if (json) io.print(JSON.stringify({ zone, owner, type, ttl, data, holder, file, line }));
  else io.print(`${owner}\t${ttl ?? '-'}\t${type}\t${data}\t; ${file}:${line}`);
}
