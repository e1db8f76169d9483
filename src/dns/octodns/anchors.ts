import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, visit, type YAMLMap } from 'yaml';
import { isNode } from './yaml-text.ts';

/** Anchors of a file: what several places say by one text is read everywhere, and changed nowhere. */
export class Anchors {
  readonly #document: Document;
  readonly #used = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
    visit(document, { Alias: (_, alias) => void this.#used.add(alias.source) });
  }

  /** The node itself, or the one that an alias stands for; null where that is not there. */
  resolved(node: unknown): Node | null {
    const found: unknown = isAlias(node) ? node.resolve(this.#document) : node;
    return isNode(found) ? found : null;
  }

  /** True where another place says the same by an alias, or this one is an alias. */
  isShared(...nodes: readonly unknown[]): boolean {
    return nodes.some((node) => {
      if (isAlias(node)) return true;
      const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
      return anchor !== undefined && this.#used.has(anchor);
    });
  }

  /** The pair of a map, also where `<<` brings it in. */
  pairOf(map: YAMLMap, ...names: readonly string[]): Pair | null {
    const own = map.items.find(({ key }) => isScalar(key) && names.includes(String(key.value)));
    if (own !== undefined) return own;
    for (const one of this.#merged(map)) {
      const found = this.pairOf(one, ...names);
      if (found !== null) return found;
    }
    return null;
  }

  #merged(map: YAMLMap): readonly YAMLMap[] {
    const merge = map.items.find(({ key }) => isScalar(key) && key.value === '<<')?.value;
    const from: readonly unknown[] = isSeq(merge) ? merge.items : merge === undefined ? [] : [merge];
    return from.map((one) => this.resolved(one)).filter((one) => isMap(one) && one !== map) as YAMLMap[];
  }
}
