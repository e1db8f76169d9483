import { lineEnd } from '../../nix/edit/layout.ts';
import { absoluteName, canonicalName, isWithin } from '../name.ts';
import type { NameRecord, OpaquePlace, Piece, Reading } from '../names/piece.ts';
import { piecesHolder } from '../names/pieces-holder.ts';
import { type Argument, type Call, constantsOf, domainCalls, literalOf, wholeCall } from './calls.ts';
import { argumentsOf, callText, isRecordCall, type ReadCall, readCall, styleOf } from './record-call.ts';
import { tokensOf } from './tokens.ts';

/** dnscontrol's `dnsconfig.js`, as far as its records are written out. */
export const dnscontrolHolder = piecesHolder({
  id: 'dnscontrol',
  groupedBy: 'owner',
  claims: (path, text) =>
    /\.js$/i.test(path) &&
    /\bD(?:_EXTEND)?\s*\(/.test(text) &&
    domainCalls(text).some((call) => zoneOf(text, call) !== null),
  zonesIn: (_path, text) => {
    const zones = domainCalls(text).flatMap((call) => (call.name === 'D' ? (zoneOf(text, call) ?? []) : []));
    return [...new Set(zones)];
  },
  readText,
});

/** What `D` is given first; `example.org!inside` is the zone in another view. */
function zoneOf(text: string, call: Call): string | null {
  const said = literalOf(text, call.args[0]);
  return said === null || !said.includes('.') ? null : canonicalName(said.replace(/!.*$/, ''));
}

function readText(text: string, zone: string): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  const starts: ((record: NameRecord) => string | null)[] = [];
  const tokens = tokensOf(text);
  const constants = constantsOf(text, tokens);
  for (const call of domainCalls(text, tokens)) {
    const base = zoneOf(text, call);
    if (base === null) opaque.push({ at: call.from, message: 'the name of the domain is computed', owners: [] });
    const held = base !== null && (call.name === 'D' ? base === zone || zone === '.' : isWithin(base, zone));
    if (!held || base === null) continue;
    for (const argument of call.args.slice(1)) readArgument(text, { call, base, constants }, argument, pieces, opaque);
    const last = call.args.at(-1);
    if (last !== undefined) starts.push((record) => added(text, last, base, record));
  }
  return { pieces, opaque, starts };
}

interface Domain {
  readonly call: Call;
  readonly base: string;
  readonly constants: ReadonlyMap<string, string>;
}

function readArgument(text: string, domain: Domain, argument: Argument, pieces: Piece[], opaque: OpaquePlace[]): void {
  const call = wholeCall(text, argument);
  if (call === null || !isRecordCall(call)) {
    if (isSetting(text, argument, call)) return;
    opaque.push({ at: argument.from, message: 'the records are computed', owners: [] });
    return;
  }
  const read = readCall(text, call, domain.base, domain.constants);
  if (read !== null) {
    pieces.push(pieceOf(text, domain, argument, call, read));
    return;
  }
  const name = literalOf(text, call.args[0]);
  const owners = name === null ? [] : [absoluteName(name, domain.base)];
  opaque.push({ at: argument.from, message: 'the record is computed', owners });
}

/** What says how the domain is served, and no records: the registrar, providers, defaults, what to leave alone. */
function isSetting(text: string, argument: Argument, call: Call | null): boolean {
  if (call !== null)
    return /^(DnsProvider|DefaultTTL|NAMESERVER|NAMESERVER_TTL|NO_PURGE|PURGE|IGNORE\w*|AUTODNSSEC\w*|AUTOSPLIT|DISABLE_\w+|[A-Z]+_DEFAULT\w*|NewRegistrar|NewDnsProvider)$/.test(
      call.name,
    );
  const word = text.slice(argument.from, argument.to);
  return (
    word.startsWith('{') ||
    /^(END|REG\w*|\w*REG(?:ISTRAR)?\w*|DNS\w*|DSP\w*|NO_PURGE|AUTODNSSEC_\w+|[A-Z]+_(?:PROXY|ON|OFF)\w*)$/i.test(word)
  );
}

function pieceOf(text: string, domain: Domain, argument: Argument, call: Call, read: ReadCall): Piece {
  return {
    at: call.from,
    records: [read.record],
    add: (record) => added(text, argument, domain.base, record),
    remove: () => removed(text, domain.call, argument),
    replace: (record, next) => replaced(text, call, read, record, next),
  };
}

/** A call behind another argument: on a line of its own where that one has one. */
function added(text: string, behind: Argument, base: string, record: NameRecord): string | null {
  const written = text.slice(behind.from, behind.to);
  const made = callText(record, base, styleOf(written));
  if (made === null) return null;
  const lead = /[^\n]*$/.exec(text.slice(0, behind.from))?.[0] ?? '';
  const comma = /^\s*,/.exec(text.slice(behind.to))?.[0];
  if (lead.trim() !== '' || lead === text.slice(0, behind.from)) {
    const at = behind.to;
    return `${text.slice(0, at)}, ${made}${text.slice(at)}`;
  }
  const from = behind.to + (comma?.length ?? 0);
  const rest = /^[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/[ \t]*)?(?=\r?\n|$)/.exec(text.slice(from))?.[0];
  if (rest === undefined || (comma === undefined && rest.includes('//'))) {
    return `${text.slice(0, from)}${comma === undefined ? ', ' : ' '}${made}${comma === undefined ? '' : ','}${text.slice(from)}`;
  }
  const at = from + rest.length;
  const head = comma === undefined ? `${text.slice(0, behind.to)},${text.slice(behind.to, at)}` : text.slice(0, at);
  return `${head}${lineEnd(text)}${lead}${made}${comma === undefined ? '' : ','}${text.slice(at)}`;
}

function removed(text: string, domain: Call, argument: Argument): string | null {
  const at = domain.args.indexOf(argument);
  const before = domain.args[at - 1];
  const comma = /^\s*,/.exec(text.slice(argument.to))?.[0];
  if (before === undefined) return null;
  // The last one takes the comma before it along: older readers of JavaScript take none before the parenthesis.
  if (comma === undefined) return text.slice(0, before.to) + text.slice(argument.to).replace(/^[ \t]*\/\/[^\n]*/, '');
  const to = argument.to + comma.length;
  const lead = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, argument.from))?.[1];
  const rest = /^[ \t]*(?:\/\/[^\n]*)?\r?\n/.exec(text.slice(to))?.[0];
  if (lead !== undefined && rest !== undefined)
    return text.slice(0, argument.from - lead.length) + text.slice(to + rest.length);
  return text.slice(0, argument.from) + text.slice(to).replace(/^[ \t]+/, '');
}

/** Only the arguments that differ are written anew. What a constant says is not ours to change here. */
function replaced(text: string, call: Call, read: ReadCall, record: NameRecord, next: NameRecord): string | null {
  const style = styleOf(text.slice(call.from, call.to));
  const [old, fresh] = [argumentsOf(record, style), argumentsOf(next, style)];
  if (old === null || fresh === null || (record.data !== next.data && !read.written)) return null;
  const edits = read.values.flatMap(({ from, to }, at) =>
    old[at] === fresh[at] ? [] : [{ from, to, into: fresh[at] ?? '' }],
  );
  if (next.ttl !== null && next.ttl !== record.ttl) {
    const time = read.ttlCall?.args[0];
    const last = call.args.at(-1);
    if (time !== undefined) edits.push({ from: time.from, to: time.to, into: String(next.ttl) });
    else if (last !== undefined) edits.push({ from: last.to, to: last.to, into: `${style.comma}TTL(${next.ttl})` });
  }
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((out, { from, to, into }) => out.slice(0, from) + into + out.slice(to), text);
}
