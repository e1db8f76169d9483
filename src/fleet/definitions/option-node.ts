import type { Evaluator } from '../../nix/eval/evaluator.ts';
import { isKnownText, type Site, type Thunk, type Value } from '../../nix/eval/values.ts';

/** One definition of an option, or of a set of options, not looked at yet. */
export interface Definition {
  readonly thunk: Thunk;
  /** Of the `mkIf` around it. */
  readonly conditions: readonly Thunk[];
  /** As the module system counts: less is stronger. */
  readonly priority: number;
  /** It may be there or not: one branch of a condition that is not known, an item of a list that is not known. */
  readonly isMaybe: boolean;
}

/** A definition with everything taken off that the module system takes off. */
export interface Leaf {
  readonly value: Value;
  readonly site: Site | null;
  readonly priority: number;
  readonly isMaybe: boolean;
}

interface Opened extends Definition {
  readonly value: Value;
}

/** Written plainly, without `mkForce` or `mkDefault`. */
export const plainPriority = 100;
const mostOpened = 5000;

export function definition(thunk: Thunk): Definition {
  return { thunk, conditions: [], priority: plainPriority, isMaybe: false };
}

/**
 * What a host's modules say of one option or of the options below it. Everything is worked out when asked for, and a
 * condition only where there is something behind it: it may rest on an option that is being read.
 */
export class OptionNode {
  private readonly evaluator: Evaluator;
  private readonly definitions: readonly Definition[];
  private opened: readonly Opened[] | null = null;
  private isOpening = false;
  private isJudging = false;
  private live: readonly Leaf[] | null = null;
  private readonly children = new Map<string, OptionNode>();

  constructor(evaluator: Evaluator, definitions: readonly Definition[]) {
    this.evaluator = evaluator;
    this.definitions = definitions;
  }

  /** The names below it, whether or not their conditions hold, each with the place that says it first. */
  slots(): ReadonlyMap<string, Site | null> {
    const names = new Map<string, Site | null>();
    for (const { value } of this.open()) {
      if (value.kind !== 'attrs' || value.isFlake === true) continue;
      for (const [name, slot] of value.slots) if (!names.has(name)) names.set(name, slot.site);
    }
    return names;
  }

  /** The definitions below it under one name. */
  at(...path: readonly string[]): OptionNode {
    const [name, ...further] = path;
    if (name === undefined) return this;
    const known = this.children.get(name);
    const child = known ?? new OptionNode(this.evaluator, this.below(name));
    if (known === undefined && !this.isOpening) this.children.set(name, child);
    return child.at(...further);
  }

  private below(name: string): Definition[] {
    return this.open().flatMap(({ value, conditions, priority, isMaybe }) => {
      const slot = value.kind === 'attrs' && value.isFlake !== true ? value.slots.get(name) : undefined;
      return slot === undefined ? [] : [{ thunk: slot, conditions, priority, isMaybe }];
    });
  }

  /** The definitions that hold: of those that are sure only the strongest, beside them what may hold and is as strong. */
  leaves(): readonly Leaf[] {
    if (this.live !== null) return this.live;
    if (this.isJudging) return [];
    this.isJudging = true;
    const judged = this.open().flatMap((opened) => {
      const verdict = this.holds(opened.conditions);
      return verdict === 'no' ? [] : [{ ...opened, isMaybe: opened.isMaybe || verdict === 'maybe' }];
    });
    const surely = Math.min(...judged.filter(({ isMaybe }) => !isMaybe).map(({ priority }) => priority));
    const live = judged
      .filter(({ priority }) => priority <= surely)
      .map(({ value, thunk, priority, isMaybe }) => ({ value, site: this.siteOf(value, thunk), priority, isMaybe }));
    this.isJudging = false;
    this.live = live;
    return live;
  }

  /** True where no module says anything. */
  get isUndefined(): boolean {
    return this.open().length === 0;
  }

  private holds(conditions: readonly Thunk[]): 'yes' | 'no' | 'maybe' {
    let verdict: 'yes' | 'maybe' = 'yes';
    for (const condition of conditions) {
      const value = this.evaluator.force(condition);
      if (value.kind !== 'bool') verdict = 'maybe';
      else if (value.value === false) return 'no';
    }
    return verdict;
  }

  private open(): readonly Opened[] {
    if (this.opened !== null) return this.opened;
    // What rests on itself is an error in Nix; here it says nothing.
    if (this.isOpening) return [];
    this.isOpening = true;
    const found: Opened[] = [];
    const waiting = [...this.definitions].reverse();
    for (let next = waiting.pop(); next !== undefined && found.length < mostOpened; next = waiting.pop()) {
      const value = this.evaluator.force(next.thunk);
      const inner = this.unmarked(value, next);
      if (inner === null) found.push({ ...next, value });
      else waiting.push(...inner.reverse());
    }
    this.isOpening = false;
    this.opened = found;
    return found;
  }

  /** What stands behind a mark or may be chosen; null where the value is itself. */
  private unmarked(value: Value, from: Definition): Definition[] | null {
    if (value.kind === 'choice') return value.options.map((thunk) => ({ ...from, thunk, isMaybe: true }));
    const mark = value.kind === 'attrs' ? value.mark : undefined;
    if (mark === undefined) return null;
    switch (mark.kind) {
      case 'if':
        return [{ ...from, thunk: mark.content, conditions: [...from.conditions, mark.condition] }];
      case 'override':
        return [{ ...from, thunk: mark.content, priority: mark.priority }];
      case 'merge':
        return this.listed(mark.contents).map(({ thunk, isMaybe }) => ({
          ...from,
          thunk,
          isMaybe: from.isMaybe || isMaybe,
        }));
    }
  }

  private listed(list: Thunk): { readonly thunk: Thunk; readonly isMaybe: boolean }[] {
    const value = this.evaluator.force(list);
    if (value.kind === 'choice')
      return value.options.flatMap((option) => this.listed(option).map(({ thunk }) => ({ thunk, isMaybe: true })));
    if (value.kind !== 'list') return [];
    return [
      ...value.items.map((thunk) => ({ thunk, isMaybe: false })),
      ...value.more.flatMap((thunk) => this.possible(thunk)),
    ];
  }

  /** An item that stands for any number of items, or is a list of them. */
  private possible(thunk: Thunk): { readonly thunk: Thunk; readonly isMaybe: boolean }[] {
    const value = this.evaluator.force(thunk);
    if (value.kind === 'list') return value.items.map((item) => ({ thunk: item, isMaybe: true }));
    return value.kind === 'symbol' ? [] : [{ thunk, isMaybe: true }];
  }

  /** The items of a list option, of all its definitions, each as a node of its own. */
  items(): OptionNode[] {
    return this.leaves().flatMap(({ value, isMaybe }) => {
      if (value.kind !== 'list') return [];
      const items = [
        ...value.items.map((thunk) => ({ thunk, isMaybe: false })),
        ...value.more.flatMap((thunk) => this.possible(thunk)),
      ];
      return items.map((item) => {
        const made = { ...definition(item.thunk), isMaybe: isMaybe || item.isMaybe };
        return new OptionNode(this.evaluator, [made]);
      });
    });
  }

  /** Each name below it that some definition which may hold gives. */
  entries(): (readonly [string, OptionNode])[] {
    const names = new Set<string>();
    for (const { value } of this.leaves())
      if (value.kind === 'attrs' && value.isFlake !== true) for (const name of value.slots.keys()) names.add(name);
    return [...names].map((name) => [name, this.at(name)] as const);
  }

  text(): { readonly text: string; readonly site: Site | null } | null {
    const leaf = this.only();
    return leaf !== null && isKnownText(leaf.value) ? { text: leaf.value.text, site: leaf.site } : null;
  }

  number(): { readonly number: number; readonly site: Site | null } | null {
    const leaf = this.only();
    return leaf?.value.kind === 'number' ? { number: Number(leaf.value.value), site: leaf.site } : null;
  }

  /** True where it is known to be `true`, or is set to it under a condition that is not known. */
  get isOn(): boolean {
    return this.leaves().some(({ value }) => value.kind === 'bool' && value.value === true);
  }

  get isOff(): boolean {
    const leaves = this.leaves();
    return leaves.length > 0 && leaves.every(({ value }) => value.kind === 'bool' && value.value === false);
  }

  /** Where it is said. */
  get site(): Site | null {
    const sites = this.leaves().map(({ site }) => site);
    return (
      sites.find((site) => site !== null) ??
      this.definitions.find(({ thunk }) => thunk.site !== null)?.thunk.site ??
      null
    );
  }

  /** The one definition of an option that takes one. */
  private only(): Leaf | null {
    return strongest(this.leaves())[0] ?? null;
  }

  /** A literal's own place where it spells the value (`import ./ips.nix`); else the place of the definition. */
  private siteOf(value: Value, thunk: Thunk): Site | null {
    if (value.kind !== 'string' || value.site === null || value.text === '') return thunk.site;
    const { file, offset } = value.site;
    const source = this.evaluator.repository.texts.get(file);
    const isSpelled = source?.startsWith(value.text, offset + 1) === true;
    return isSpelled || thunk.site === null ? value.site : thunk.site;
  }
}

/** The definitions that are sure, or else the strongest of those that may hold. */
export function strongest(leaves: readonly Leaf[]): readonly Leaf[] {
  const sure = leaves.filter(({ isMaybe }) => !isMaybe);
  if (sure.length > 0) return sure;
  const most = Math.min(...leaves.map(({ priority }) => priority));
  return leaves.filter(({ priority }) => priority === most);
}
