import type { NixTree } from '../../nix/parser.ts';
import type { Bind } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { canonicalName } from '../name.ts';
import { bindingLike, cutBinding } from '../names/bindings.ts';
import { addressRecord, isAddress } from '../names/hosts-line.ts';
import { namesHolder } from '../names/names-holder.ts';
import { endsWith } from '../names/options.ts';
import { type NameRecord, type OpaquePlace, type Piece, type Reading, written } from '../names/piece.ts';
import { literalLike } from '../names/string-items.ts';
import { rewriteString } from '../nix-text/rewrite.ts';
import { sitesOf } from '../nix-text/sites.ts';
import { hole, writtenText, type WrittenText } from '../nix-text/written-text.ts';
import { quoteString } from '../../nix/string-text.ts';

/** blocky's `customDNS.mapping`: a name and its addresses, with commas between them. */
export const blockyHolder = namesHolder({ id: 'blocky', hint: /\bcustomDNS\b/, groupedBy: 'owner', read });

const mapping = ['customDNS', 'mapping'];

function read(tree: NixTree): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  const starts: ((record: NameRecord) => string | null)[] = [];
  for (const { path, bind, value, argument } of sitesOf(tree)) {
    const node = bare(value);
    if (value.type === 'paren') continue;
    if (endsWith(path, mapping) && node.type === 'attrs' && node.bindings.length === 0) {
      const first = ({ owner, data }: NameRecord): string =>
        `{ ${quoteString(written(owner))} = ${quoteString(data)}; }`;
      starts.push((record) =>
        isAddress(record) ? tree.text.slice(0, node.from) + first(record) + tree.text.slice(node.to) : null,
      );
    }
    if (endsWith(path, mapping) && (node.type === 'ident' || node.type === 'select') && !argument)
      opaque.push({ at: node.from, message: 'the value is computed', owners: [] });
    if (!endsWith(path.slice(0, -1), mapping)) continue;
    const name = path.at(-1) ?? null;
    const text = node.type === 'string' ? writtenText(tree.text, node) : null;
    const records = name === null || text === null ? null : recordsOf(name, text.value);
    if (name === null || text === null || records === null) {
      const message = name === null ? 'the name is computed' : 'the address is not written';
      opaque.push({
        at: name === null ? bind.from : node.from,
        message,
        owners: name === null ? [] : [canonicalName(name)],
      });
    } else pieces.push(mappingPiece(tree.text, bind, text, records));
  }
  return { pieces, opaque, starts };
}

function recordsOf(name: string, value: string): readonly NameRecord[] | null {
  if (value.includes(hole)) return null;
  const records = value.split(',').map((address) => addressRecord(name, address.trim()));
  return records.every((record) => record !== null) ? records : null;
}

function mappingPiece(file: string, bind: Bind, text: WrittenText, records: readonly NameRecord[]): Piece {
  const [first] = records;
  const separator = /,\s*/.exec(text.value)?.[0] ?? ',';
  const said = (kept: readonly NameRecord[]): string | null =>
    rewriteString(text, kept.map(({ data }) => data).join(separator));
  return {
    at: bind.from,
    records,
    add(record) {
      if (!isAddress(record)) return null;
      if (record.owner === first?.owner) return said([...records, record]);
      return bindingLike(file, bind, written(record.owner), literalLike(text.node, record.data));
    },
    remove(record) {
      const kept = records.filter((one) => one !== record);
      return kept.length === 0 ? cutBinding(file, bind) : said(kept);
    },
    replace: (record, next) => (isAddress(next) ? said(records.map((one) => (one === record ? next : one))) : null),
  };
}
