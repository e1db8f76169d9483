import type { NixTree } from '../../nix/parser.ts';
import type { AttrSet, Expr } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { nameOf } from '../../nix/names.ts';
import { quoteString } from '../../nix/string-text.ts';
import { canonicalName, nameProblem } from '../name.ts';
import { addressRecord, isAddress } from '../names/hosts-line.ts';
import { namesHolder } from '../names/names-holder.ts';
import { valuesOf } from '../names/options.ts';
import { type NameRecord, type OpaquePlace, type Piece, type Reading, written } from '../names/piece.ts';
import { cutItem, insertItem } from '../names/string-items.ts';
import { rewriteString, type TextSplice, spliceText } from '../nix-text/rewrite.ts';
import { hole, writtenText, type WrittenText } from '../nix-text/written-text.ts';

/** AdGuard Home's rewrites. The option moved from `settings.dns` to `settings.filtering`; a file keeps the one it has. */
export const adguardhomeHolder = namesHolder({ id: 'adguardhome', hint: /\brewrites\b/, groupedBy: 'owner', read });

function read(tree: NixTree): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  const starts: ((record: NameRecord) => string | null)[] = [];
  for (const { value, argument } of valuesOf(
    tree,
    ['settings', 'filtering', 'rewrites'],
    ['settings', 'dns', 'rewrites'],
  )) {
    if (value.type === 'paren') continue;
    if (value.type === 'list') {
      for (const item of value.items) readRewrite(tree, item, pieces, opaque);
      if (value.items.length === 0) starts.push((record) => firstRewrite(tree.text, value, record));
    } else if (!argument && /^(ident|select|apply)$/.test(value.type) && !holdsList(value))
      opaque.push({ at: value.from, message: 'the value is computed', owners: [] });
  }
  return { pieces, opaque, starts };
}

function holdsList(value: Expr): boolean {
  return value.type === 'apply' && value.args.some((arg) => bare(arg).type === 'list');
}

function readRewrite(tree: NixTree, item: Expr, pieces: Piece[], opaque: OpaquePlace[]): void {
  const node = bare(item);
  const domain = node.type === 'attrs' ? textOf(tree, node, 'domain') : null;
  const answer = node.type === 'attrs' ? textOf(tree, node, 'answer') : null;
  const owner = domain === null || domain.value.includes(hole) ? null : canonicalName(domain.value);
  if (
    owner === null ||
    nameProblem(owner) !== null ||
    domain === null ||
    answer === null ||
    answer.value.includes(hole)
  ) {
    opaque.push({ at: item.from, message: 'the rewrite is computed', owners: owner === null ? [] : [owner] });
    return;
  }
  // `A` and `AAAA` as an answer keep the upstream's, which is no record.
  if (answer.value === 'A' || answer.value === 'AAAA') return;
  const record = addressRecord(domain.value, answer.value) ?? {
    owner,
    type: 'CNAME',
    ttl: null,
    data: canonicalName(answer.value),
  };
  pieces.push(rewritePiece(tree.text, item, domain, answer, record));
}

function textOf(tree: NixTree, set: AttrSet, name: string): WrittenText | null {
  for (const bind of set.bindings) {
    const [step, ...more] = bind.type === 'bind' ? bind.path : [];
    if (bind.type !== 'bind' || step === undefined || more.length > 0 || nameOf(tree.text, step) !== name) continue;
    const value = bare(bind.value);
    return value.type === 'string' ? writtenText(tree.text, value) : null;
  }
  return null;
}

// oxlint-disable-next-line max-params
function rewritePiece(file: string, item: Expr, domain: WrittenText, answer: WrittenText, record: NameRecord): Piece {
  return {
    at: item.from,
    records: [record],
    add(added) {
      const data = answerOf(added);
      if (data === null) return null;
      const splice = (text: WrittenText, value: string): TextSplice => ({
        at: text.node.from - item.from,
        end: text.node.to - item.from,
        text: quoteString(value),
      });
      const copy = spliceText(file.slice(item.from, item.to), [
        splice(domain, written(added.owner)),
        splice(answer, data),
      ]);
      return insertItem(file, item, copy);
    },
    remove: () => cutItem(file, item),
    replace(_record, next) {
      const data = answerOf(next);
      return data === null ? null : rewriteString(answer, data);
    },
  };
}

function answerOf(record: NameRecord): string | null {
  if (isAddress(record)) return record.data;
  return record.type === 'CNAME' ? written(record.data) : null;
}

function firstRewrite(file: string, list: Expr, record: NameRecord): string | null {
  const data = answerOf(record);
  if (data === null) return null;
  const rewrite = `{ domain = ${quoteString(written(record.owner))}; answer = ${quoteString(data)}; }`;
  return `${file.slice(0, list.from)}[ ${rewrite} ]${file.slice(list.to)}`;
}
