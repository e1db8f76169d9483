/** What stands for an input of a flake that something came to. */
export function inputMark(name: string): string {
  return `@${name}`;
}

/** Something may have come to any of them. */
export const anyInput = inputMark('*');

/** Parts of Nixpkgs' library that are themselves only sets of its functions. */
const shelves = new Set(
  'attrsets lists strings trivial modules options types systems platforms maintainers licenses filesystem fileset path sources generators versions'.split(
    ' ',
  ),
);

/** Plumbing whose result is what the flake says, whatever its version: no part of a machine comes from it. */
const plumbing = new Set(['mkFlake', 'eachDefaultSystem', 'eachSystem', 'eachDefaultSystemMap', 'flattenTree']);
const plumbers = new Set(['flake-parts', 'flake-utils', 'parts', 'utils', 'flake-parts-lib']);

/** The input that is come to by whoever selects a name from something that is not known. */
export function inputBehind(path: readonly string[], name: string): string | null {
  const [first, second, third] = path;
  // flake-parts: `inputs'.x` is the input `x` for one system; what else a system has may be made of any.
  if (path[path.length - 1] === "inputs'") return name;
  if (first === 'perSystem' && path.length === 1) return name === "inputs'" || name === 'system' ? null : '*';
  if (first === 'argument' && path.length === 1) return name === "self'" || name === 'specialArgs' ? '*' : null;
  // blueprint: `perSystem.x`.
  if (first === 'argument' && second === 'perSystem' && path.length === 2) return name;
  if (first !== 'inputs') return null;
  if (second === undefined) return name;
  if (third === undefined) return name === 'lib' ? null : second;
  if (third !== 'lib') return null;
  if (shelves.has(name)) return null;
  return plumbers.has(second) && plumbing.has(name) ? null : second;
}
