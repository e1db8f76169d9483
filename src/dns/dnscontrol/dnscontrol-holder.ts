import { absoluteName, isWithin } from '../name.ts';
import type { NameRecord, OpaquePlace, Piece, Reading } from '../names/piece.ts';
import { piecesHolder } from '../names/pieces-holder.ts';
import { added, removed, replaced } from './argument-edits.ts';
import { type Argument, type Call, constantsOf, domainCalls, literalOf, wholeCall } from './calls.ts';
import { defaultTtlIn, zoneOf } from './domains.ts';
import { listsOf, type RecordList } from './lists.ts';
import { isRecordCall, readCall } from './record-call.ts';
import { tokensOf } from './tokens.ts';

/** dnscontrol's `dnsconfig.js`, as far as its records are written out. */
export const dnscontrolHolder = piecesHolder({
  id: 'dnscontrol',
  groupedBy: 'owner',
  claims: (path, text) =>
    /\.js$/i.test(path) &&
    /\bD(?:_EXTEND)?\s*\(/.test(text) &&
    domainCalls(text).written.some((call) => zoneOf(text, call) !== null),
  zonesIn: (_path, text) => {
    const zones = domainCalls(text).written.flatMap((call) => (call.name === 'D' ? (zoneOf(text, call) ?? []) : []));
    return [...new Set(zones)];
  },
  readText,
});

function readText(text: string, zone: string): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  const starts: ((record: NameRecord) => string | null)[] = [];
  const tokens = tokensOf(text);
  const constants = constantsOf(text, tokens);
  const lists = listsOf(text, tokens);
  const calls = domainCalls(text, tokens);
  const usual = new Map<string, number | null>();
  for (const at of calls.computed) opaque.push({ at, message: 'a function or a loop makes domains here', owners: [] });
  for (const call of calls.written) {
    const base = zoneOf(text, call);
    if (base === null) opaque.push({ at: call.from, message: 'the name of the domain is computed', owners: [] });
    const held = base !== null && (call.name === 'D' ? base === zone || zone === '.' : isWithin(base, zone));
    if (!held || base === null) continue;
    const home = call.name === 'D' ? base : ([...usual.keys()].findLast((name) => isWithin(base, name)) ?? base);
    for (const argument of call.args.slice(1)) {
      const set = defaultTtlIn(text, argument);
      if (set !== undefined) usual.set(home, set);
      const domain = { text, base, constants, lists, ttl: usual.get(home) ?? null };
      readArgument(domain, { items: call.args, shared: false }, argument, pieces, opaque);
    }
    const last = call.args.at(-1);
    if (last !== undefined) starts.push((record) => added(text, call.args, last, base, record));
  }
  return { pieces, opaque, starts };
}

interface Domain {
  readonly text: string;
  readonly base: string;
  readonly constants: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, RecordList>;
  readonly ttl: number | null;
}

/** What an argument stands among. */
interface Among {
  readonly items: readonly Argument[];
  /** Several domains have these records: to change them for one is not ours to decide. */
  readonly shared: boolean;
}

// oxlint-disable-next-line max-params
function readArgument(domain: Domain, among: Among, argument: Argument, pieces: Piece[], opaque: OpaquePlace[]): void {
  const { text, base, constants, lists } = domain;
  const call = wholeCall(text, argument);
  const list = lists.get(text.slice(argument.from, argument.to));
  if (list !== undefined) {
    for (const item of list.items)
      readArgument({ ...domain, lists: new Map() }, { items: list.items, shared: list.uses > 1 }, item, pieces, opaque);
    return;
  }
  if (call === null || !isRecordCall(call)) {
    if (isSetting(text, argument, call)) return;
    opaque.push({ at: argument.from, message: 'the records are computed', owners: [] });
    return;
  }
  const read = readCall(text, call, domain);
  if (read === null) {
    const name = literalOf(text, call.args[0]) ?? constants.get(text.slice(call.args[0]?.from, call.args[0]?.to));
    const owners = name === undefined ? [] : [absoluteName(name, base)];
    opaque.push({ at: argument.from, message: 'the record is computed', owners, type: call.name });
    return;
  }
  pieces.push({
    at: call.from,
    records: [read.record],
    ...(among.shared ? { fixed: 'several domains have the records of this list' } : {}),
    add: (record) => (among.shared ? null : added(text, among.items, argument, base, record)),
    remove: () => (among.shared ? null : removed(text, among.items, argument)),
    replace: (record, next) => (among.shared ? null : replaced(text, call, read, record, next)),
  });
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
