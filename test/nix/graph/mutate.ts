import { parseNix } from '../../../src/nix/parser.ts';
import type { Expr, NixNode } from '../../../src/nix/syntax.ts';
import { walk } from '../../../src/nix/walk.ts';

/** A number from 0 up to what it is given, which is left out. */
export type Dice = (below: number) => number;

/** A fixed sequence, so that a failure can be run again. */
export function dice(seed: number): Dice {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(((state >>> 4) / 2 ** 28) * below);
  };
}

export function oneOf<Item>(roll: Dice, items: readonly Item[]): Item {
  return items[roll(items.length)] as Item;
}

interface Swap {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with one small thing changed, most often one that Nix goes on accepting. */
export function mutated(text: string, roll: Dice): string {
  const { root } = parseNix(text);
  if (root === null) return `${text}\n`;
  const swaps: Swap[][] = [];
  const values: Expr[] = [];
  walk(root, (node) => {
    if (node.type === 'bind') values.push(node.value);
    swaps.push(swapsAt(text, node, roll));
  });
  const filled = swaps.filter((each) => each.length > 0);
  if (roll(10) === 0 && values.length > 1) {
    const [into, other] = [oneOf(roll, values), oneOf(roll, values)];
    return text.slice(0, into.from) + text.slice(other.from, other.to) + text.slice(into.to);
  }
  if (filled.length === 0) return `${text} # more`;
  const swap = oneOf(roll, oneOf(roll, filled));
  return text.slice(0, swap.from) + swap.text + text.slice(swap.to);
}

function swapsAt(text: string, node: NixNode, roll: Dice): Swap[] {
  const written = text.slice(node.from, node.to);
  const to = (made: string): Swap[] => [{ from: node.from, to: node.to, text: made }];
  switch (node.type) {
    case 'text':
      return to(`${written}x`);
    case 'int':
      return to(String(Number(written) + 1));
    case 'ident':
      if (node.name === 'true' || node.name === 'false') return to(node.name === 'true' ? 'false' : 'true');
      return [];
    case 'list':
      return listSwaps(text, node);
    case 'attrs':
      return [
        { from: node.to - 1, to: node.to, text: ` added${roll(9)} = ${roll(9)}; }` },
        { from: node.to - 1, to: node.to, text: '\n# a comment\n}' },
      ];
    case 'bind':
      return roll(3) === 0
        ? to('')
        : to(`${written.slice(0, node.value.from - node.from)} ( ${written.slice(node.value.from - node.from, -1)} );`);
    case 'binary':
      return node.op === '++' || node.op === '//' ? to(text.slice(node.left.from, node.left.to)) : [];
    default:
      return [];
  }
}

function listSwaps(text: string, node: Extract<Expr, { type: 'list' }>): Swap[] {
  const found: Swap[] = [];
  for (const item of node.items) found.push({ from: item.from, to: item.to, text: '' });
  const [first] = node.items;
  const last = node.items.at(-1);
  if (first === undefined || last === undefined || first === last) return found;
  const middle = text.slice(first.to, last.from);
  const swapped = text.slice(last.from, last.to) + middle + text.slice(first.from, first.to);
  found.push({ from: first.from, to: last.to, text: swapped });
  found.push({ from: last.to, to: last.to, text: ` ${text.slice(first.from, first.to)}` });
  return found;
}
