import { domainToASCII } from 'node:url';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { canonicalIpv4, canonicalIpv6 } from './address.ts';
import type { RecordChange } from './change.ts';
import { type DataWord, dataWords, readData } from './data.ts';
import { absoluteName, canonicalName, isAbsolute, isWithin, nameProblem, nearNames } from './name.ts';
import { isKnownType, shapeOf, typeNamed } from './record-types.ts';
import type { HeldRecord } from './record.ts';
import { stringsOfText } from './text-strings.ts';
import { zoneRecords, type OpenZone } from './zone.ts';

/** One record change as it is typed word by word, with no grammar between. */
export interface RecordAsk {
  readonly action: 'add' | 'set' | 'remove';
  readonly name: string;
  /** Null only for a removal: whatever the name has. */
  readonly type: string | null;
  /** Null only for a removal: whatever the set has. */
  readonly value: readonly string[] | null;
  readonly ttl: number | null;
  /** Of a change: the data that goes, where the set has several. */
  readonly from: readonly string[] | null;
  /** Of a removal: the whole set. */
  readonly all: boolean;
}

/** The changes that an ask comes to in the zone that it is for. */
export function changesAsked(zone: OpenZone, ask: RecordAsk): readonly RecordChange[] | Refusal {
  const owner = ownerTyped(ask.name, zone.name);
  const problem = nameProblem(owner);
  if (problem !== null) return refuse('bad-arguments', { name: owner, reason: problem });
  if (!isWithin(owner, zone.name))
    return refuse(
      'zone-not-found',
      { name: owner, zone: zone.name, reason: `the name is outside the zone ${zone.name}` },
      `Write a name at or below ${zone.name}, or name its own zone.`,
    );
  const stray = ask.action === 'add' ? strayName(zone, ask.name, owner) : null;
  if (stray !== null) return stray;
  const type = ask.type === null ? null : typeNamed(ask.type);
  // What the zone has may be changed and taken away, also where a newer name server knows the type and we do not.
  const has = (): boolean => ask.action !== 'add' && recordsAt(zone, owner).some((record) => record.type === type);
  if (type !== null && !isKnownType(type) && !has()) return unknownType(owner, type);
  if (ask.action === 'remove') return removals(zone, owner, type, ask, recordsAt(zone, owner));
  if (type === null || ask.value === null)
    return refuse('bad-arguments', { name: owner, reason: 'the type or the value is missing' });
  const data = dataTyped(zone, owner, type, ask.value);
  if (isRefusal(data)) return data;
  if (ask.action === 'add') return [{ action: 'create', zone: zone.name, owner, type, ttl: ask.ttl, data }];
  const before = recordToSet(zone, owner, type, ask.from, recordsAt(zone, owner));
  if (isRefusal(before)) return before;
  return [{ action: 'update', zone: zone.name, owner, type, before: before.data, data, ttl: ask.ttl }];
}

/** Ends of whole names, far more often than labels of one's own zone; two letters are, behind two labels more. */
const publicEnd = /\.(?:com|net|org|edu|gov|info|biz|io|dev|app|arpa)$|\.[^.]+\.[a-z]{2}$/i;

/** `www.example.net` typed for another zone is a name elsewhere, not one below it: the dot that is forgotten most. */
function strayName(zone: OpenZone, typed: string, owner: string): Refusal | null {
  const full = canonicalName(asciiName(typed));
  if (isAbsolute(typed) || owner === full || zone.name === '.' || !publicEnd.test(typed) || /(^|\.)[_*]/.test(typed))
    return null;
  const last = `${typed.slice(typed.lastIndexOf('.') + 1).toLowerCase()}.${zone.name}`;
  for (const record of zoneRecords(zone)) if (isWithin(record.owner, last)) return null;
  return refuse(
    'zone-not-found',
    { name: full, zone: zone.name, reason: `the name is outside the zone ${zone.name.slice(0, -1)}` },
    `Write ${owner.slice(0, -1)} if it is a name below ${zone.name.slice(0, -1)}, or name its own zone.`,
  );
}

function recordsAt(zone: OpenZone, owner: string): readonly HeldRecord[] {
  const own: HeldRecord[] = [];
  for (const record of zoneRecords(zone)) if (record.owner === owner && record.type !== 'SOA') own.push(record);
  return own;
}

/** The name as people type it: `@`, `www`, or with the zone at its end, with or without the closing dot. */
export function ownerTyped(typed: string, zone: string): string {
  const name = asciiName(typed);
  if (name === '@' || name === '') return zone;
  const full = canonicalName(name);
  return isAbsolute(name) || isWithin(full, zone) ? full : absoluteName(name, zone);
}

/** A name of another script in the form that DNS has for it (RFC 5891). */
export function asciiName(typed: string): string {
  if (/^[\0-\x7f]*$/.test(typed)) return typed;
  const labels = typed.split('.').map((label) => (/^[\0-\x7f]*$/.test(label) ? label : domainToASCII(label)));
  return labels.every((label, at) => label !== '' || at === labels.length - 1) ? labels.join('.') : typed;
}

/** Data with its names absolute: one label hangs below the zone, a longer name is one of the zone where it has it. */
function dataTyped(zone: OpenZone, owner: string, type: string, value: readonly string[]): string | Refusal {
  const wrong = (reason: string, next?: string): Refusal =>
    refuse('bad-arguments', { name: owner, type, data: value.join(' '), reason }, next);
  const words = wordsTyped(type, value);
  if (words === null) return wrong('a double quote is not closed');
  const shape = shapeOf(type);
  const out = words.map((word, at) => {
    if (shape[at] === 'name' && !word.quoted && word.text !== '.') return targetTyped(zone, word.text);
    return word.quoted ? `"${word.text}"` : word.text;
  });
  const data = out.join(' ');
  const reading = readData(type, data, '.');
  return reading.kind === 'data' ? data : wrong(reading.problem, cureFor(type, value));
}

function wordsTyped(type: string, value: readonly string[]): readonly DataWord[] | null {
  const pairs = type === 'SVCB' || type === 'HTTPS';
  const [only] = value;
  const texts = shapeOf(type).at(-1) === 'texts';
  // A shell has taken the quotes away: what is left is one text, however many words it has.
  if (texts && !value.some((word) => /^\s*"/.test(word)) && !(only ?? '').startsWith('\\# '))
    return value.flatMap((text) => stringsOfText(text)).map((text) => ({ text, quoted: true }));
  if (value.length === 1) return dataWords(only ?? '', pairs);
  const words = value.map((word) =>
    /\s/.test(word) && !word.includes('"') ? [{ text: word, quoted: true }] : dataWords(word, pairs),
  );
  return words.includes(null) ? null : words.flatMap((word) => word ?? []);
}

function targetTyped(zone: OpenZone, typed: string): string {
  const name = asciiName(typed);
  if (name === '@') return zone.name;
  const full = canonicalName(name);
  if (isAbsolute(name) || zone.name === '.' || isWithin(full, zone.name)) return full;
  const relative = absoluteName(name, zone.name);
  if (!name.includes('.')) return relative;
  for (const record of zoneRecords(zone)) if (record.owner === relative) return relative;
  return full;
}

function cureFor(type: string, value: readonly string[]): string | undefined {
  const text = value.join(' ');
  if (type === 'A' && canonicalIpv6(text) !== null) return `An IPv6 address is an AAAA record: AAAA ${text}.`;
  if (type === 'AAAA' && canonicalIpv4(text) !== null) return `An IPv4 address is an A record: A ${text}.`;
  const example = examples[type];
  return example === undefined ? undefined : `Write it as ${type} ${example}.`;
}

const examples: Readonly<Record<string, string>> = {
  A: '192.0.2.1',
  AAAA: '2001:db8::1',
  CNAME: 'target.example.org.',
  NS: 'ns1.example.org.',
  PTR: 'host.example.org.',
  MX: '10 mail.example.org.',
  SRV: '0 5 5060 sip.example.org.',
  TXT: '"some text"',
  CAA: '0 issue "letsencrypt.org"',
  SSHFP: '4 2 and 64 hexadecimal digits',
  TLSA: '3 1 1 and 64 hexadecimal digits',
  DS: '12345 13 2 and 64 hexadecimal digits',
  NAPTR: '100 10 "S" "SIP+D2U" "" _sip._udp.example.org.',
  URI: '10 1 "https://example.org/"',
  HTTPS: '1 . alpn=h2',
  SVCB: '1 svc.example.org. alpn=h2',
};

function unknownType(owner: string, type: string): Refusal {
  const near = nearNames(type, Object.keys(examples));
  const cure = 'A type that has no name here is written TYPE<number>, with its data as \\# <length> <hex> (RFC 3597).';
  return refuse(
    'bad-arguments',
    {
      name: owner,
      type,
      reason: `${type} is not a record type${near.length === 0 ? '' : `, ${near.join(' or ')} is`}`,
    },
    cure,
  );
}

/** The record that a change is about: the only one of its set, or the one that was named. */
function recordToSet(
  zone: OpenZone,
  owner: string,
  type: string,
  from: readonly string[] | null,
  own: readonly HeldRecord[],
): HeldRecord | Refusal {
  const set = own.filter((record) => record.type === type);
  const said = from === null ? null : dataTyped(zone, owner, type, from);
  if (isRefusal(said)) return said;
  const reading = said === null ? null : readData(type, said, '.');
  const wanted = reading?.kind === 'data' ? set.filter(({ data }) => data === reading.data) : set;
  const [only] = wanted;
  if (only === undefined) return notThere(zone, owner, type, own);
  // A record that stands there twice is one record.
  if (wanted.every(({ data }) => data === only.data)) return only;
  const choices = [...new Set(set.map(({ data }) => data))];
  return refuse(
    'ask-ambiguous',
    { name: owner, type, question: 'which record', choices, file: only.file, line: only.line },
    'Name the one that goes with --from, or remove it and add the new one.',
  );
}

function removals(
  zone: OpenZone,
  owner: string,
  type: string | null,
  ask: RecordAsk,
  own: readonly HeldRecord[],
): readonly RecordChange[] | Refusal {
  const remove = (record: Pick<HeldRecord, 'type' | 'data'>): RecordChange => ({
    action: 'delete',
    zone: zone.name,
    owner,
    type: record.type,
    data: record.data,
  });
  const typed = type === null ? own : own.filter((record) => record.type === type);
  const [first] = typed;
  if (first === undefined) return notThere(zone, owner, type, own);
  if (ask.value !== null && type !== null) {
    const data = dataTyped(zone, owner, type, ask.value);
    return isRefusal(data) ? data : [remove({ type, data })];
  }
  const different = [...new Map(typed.map((record) => [`${record.type} ${record.data}`, record])).values()];
  if (ask.all || different.length === 1) return different.map(remove);
  return refuse(
    'ask-ambiguous',
    {
      name: owner,
      question: 'which record',
      choices: different.map((record) => `${record.type} ${record.data}`),
      file: first.file,
      line: first.line,
    },
    'Name the value as well, or take --all of them.',
  );
}

function notThere(zone: OpenZone, owner: string, type: string | null, own: readonly HeldRecord[]): Refusal {
  const names = new Set<string>();
  for (const record of zoneRecords(zone)) names.add(record.owner);
  const place = own[0] === undefined ? {} : { file: own[0].file, line: own[0].line };
  const existing = own.map((record) => `${record.type} ${record.data} (${record.file}:${record.line})`);
  const near = existing.length > 0 ? [] : nearNames(owner, names);
  return refuse(
    'record-not-found',
    { zone: zone.name, name: owner, ...(type === null ? {} : { type }), existing, near, ...place },
    existing.length > 0 || near.length > 0
      ? 'Write one of these.'
      : 'Write a name that the zone has, or add the record.',
  );
}
