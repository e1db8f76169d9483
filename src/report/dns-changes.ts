import { sectionOf } from '../core/body-section.ts';
import { bareName } from './bare-name.ts';
import { code, folded, listed, plain, table } from './markdown.ts';

/** What a pull request changes in the zones, against where it left the default branch. */
export interface ReportedDns {
  readonly records: readonly ReportedRecord[];
  readonly zones: readonly ReportedZone[];
}

export interface ReportedRecord {
  readonly action: 'create' | 'update' | 'delete';
  readonly name: string;
  readonly type: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Null: the file keeps none, or there is no record on that side. */
  readonly ttl: { readonly before: number | null; readonly after: number | null };
  readonly zone: string;
  readonly file: string;
  /** Where the record stands after the change; of a removed one, where it stood. */
  readonly line: number;
}

export interface ReportedZone {
  readonly zone: string;
  /** As the file writes it; null where the repository says none. */
  readonly before: string | null;
  readonly after: string | null;
  /** By which rule it was raised, or why it stays. */
  readonly rule: string;
  /** The hosts and addresses that the configuration names, then the names that only its NS records tell. */
  readonly servers: readonly string[];
  readonly others: readonly string[];
}

export const dnsSection = 'dns changes';

/** More rows than this are a wall between a reader and what else stands there. */
const mostRows = 25;
/** A pull request's text has an end: the plan and the diff hold the rest. */
const mostShown = 150;

/** The section that tells the changes, marked so that it can be written anew. Empty where nothing changes. */
export function renderDnsSection(dns: ReportedDns): string {
  const text = renderDnsChanges(dns);
  return text === '' ? '' : sectionOf(dnsSection, text);
}

export function renderDnsChanges({ records, zones }: ReportedDns): string {
  const rows = records
    .slice(0, mostShown)
    .map((record) => [
      record.action,
      code(bareName(record.name)),
      record.type,
      dataCell(record),
      ttlCell(record),
      code(bareName(record.zone)),
      code(`${record.file}:${record.line}`),
    ]);
  const whole = table(['', 'Name', 'Type', 'Data', 'TTL', 'Zone', 'Where'], rows);
  const more = records.length > mostShown ? `\n\n…and ${records.length - mostShown} more, in the diff.` : '';
  const shown = rows.length > mostRows ? folded(`${records.length} records`, whole + more) : whole;
  return [...(rows.length === 0 ? [] : [shown]), zones.map(zoneLine).join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function dataCell({ before, after }: ReportedRecord): string {
  const sides = before === after ? [after] : [before, after];
  return sides
    .filter((data) => data !== null)
    .map((data) => code(data))
    .join(' → ');
}

function ttlCell({ action, ttl }: ReportedRecord): string {
  const sides = action === 'update' && ttl.before !== ttl.after ? [ttl.before, ttl.after] : [ttl.after ?? ttl.before];
  return sides
    .filter((one) => one !== null)
    .map(String)
    .join(' → ');
}

function zoneLine({ zone, before, after, rule, servers, others }: ReportedZone): string {
  const serial =
    before === after
      ? before === null
        ? 'no serial'
        : `serial stays ${code(before)}`
      : `serial ${code(before ?? 'none')} → ${code(after ?? 'none')}`;
  const why = rule === '' ? '' : ` (${plain(rule)})`;
  const named =
    others.length === 0 ? '' : `; its NS records also name ${listed(others.map((one) => code(bareName(one))))}`;
  const served =
    servers.length === 0
      ? others.length === 0
        ? ''
        : `; its NS records name ${listed(others.map((one) => code(bareName(one))))}`
      : `; served by ${listed(servers.map(code))}${named}`;
  return `- ${code(bareName(zone))}: ${serial}${why}${served}`;
}
