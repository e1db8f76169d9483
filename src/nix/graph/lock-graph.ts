import { z } from 'zod';

const nodeShape = z.object({
  inputs: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  locked: z.record(z.string(), z.unknown()).optional(),
  flake: z.boolean().optional(),
  /** Of an input that is a folder of another one: which one. */
  parent: z.array(z.string()).optional(),
});
const lockShape = z.object({ root: z.string(), nodes: z.record(z.string(), nodeShape) });

/** A flake's lock file: what each input is, and which inputs it has in turn. */
export type LockGraph = z.output<typeof lockShape>;

type LockNode = z.output<typeof nodeShape>;

/** Null where the text is no lock file that is known (versions 5 to 7, by their common part). */
export function lockGraph(text: string): LockGraph | null {
  try {
    const read = lockShape.safeParse(JSON.parse(text));
    return read.success && read.data.nodes[read.data.root] !== undefined ? read.data : null;
  } catch {
    return null;
  }
}

/**
 * The inputs of the flake itself whose content differs, its own or that of anything below it. How nodes are named, and
 * what was asked for before it was locked, is no content.
 */
export function changedRootInputs(before: LockGraph, after: LockGraph): ReadonlySet<string> {
  const [old, fresh] = [inputsOf(before, before.root), inputsOf(after, after.root)];
  const names = new Set([...old.keys(), ...fresh.keys()]);
  return new Set([...names].filter((name) => !sameContent(before, after, old.get(name), fresh.get(name))));
}

/** The nodes that a node's inputs are, by name; null for one that leads nowhere. */
function inputsOf(graph: LockGraph, at: string): ReadonlyMap<string, string | null> {
  const inputs = Object.entries(graph.nodes[at]?.inputs ?? {});
  return new Map(inputs.map(([name, to]) => [name, typeof to === 'string' ? to : followed(graph, to)] as const));
}

/** Where a `follows` leads: a path of inputs from the flake itself, over others of its kind. */
function followed(graph: LockGraph, path: readonly string[]): string | null {
  let left = 200;
  const walk = (steps: readonly string[]): string | null => {
    let at: string | null = graph.root;
    for (const step of steps) {
      const to: string | readonly string[] | undefined = at === null ? undefined : graph.nodes[at]?.inputs?.[step];
      if (to === undefined || left-- <= 0) return null;
      at = typeof to === 'string' ? to : walk(to);
    }
    return at;
  };
  return walk(path);
}

/**
 * Two inputs with everything that they lead to. Those that lead to each other are the same where nothing tells them
 * apart. An input that follows the empty path is given the fleet's own repository: people write that to leave it out,
 * so what the repository says counts as no content of it.
 */
function sameContent(
  before: LockGraph,
  after: LockGraph,
  old: string | null | undefined,
  fresh: string | null | undefined,
): boolean {
  const waiting: (readonly [string | null | undefined, string | null | undefined])[] = [[old, fresh]];
  const met = new Set<string>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [a, b] = next;
    if (a === null || a === undefined || b === null || b === undefined) return false;
    const pair = `${a}\0${b}`;
    if (met.has(pair)) continue;
    met.add(pair);
    if ((a === before.root) !== (b === after.root)) return false;
    if (a === before.root) continue;
    const [mine, theirs] = [before.nodes[a], after.nodes[b]];
    if (mine === undefined || theirs === undefined || ownContent(mine) !== ownContent(theirs)) return false;
    const [inner, other] = [leadsTo(before, a, mine), leadsTo(after, b, theirs)];
    if (inner.size !== other.size) return false;
    for (const [name, node] of inner) waiting.push([node, other.get(name)]);
  }
  return true;
}

function leadsTo(graph: LockGraph, at: string, { parent }: LockNode): ReadonlyMap<string, string | null> {
  const inputs = inputsOf(graph, at);
  return parent === undefined ? inputs : new Map([...inputs, ['/', followed(graph, parent)]]);
}

function ownContent({ locked, flake }: LockNode): string {
  const pairs = Object.entries(locked ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([pairs, flake ?? true]);
}
