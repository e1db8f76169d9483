import { nameOf } from '../names.ts';
import { parseNix } from '../parser.ts';
import { bare } from '../walk.ts';

/**
 * The steps of an attribute path as Nix writes it (`services.nginx.virtualHosts."a.example.org".root`); null where the
 * text is none, or holds a name that only an evaluation could tell.
 */
export function readAttributePath(text: string): readonly string[] | null {
  const tree = parseNix(`{ ${text} = 1; }`);
  const set = tree.root === null ? null : bare(tree.root);
  if (set === null || set.type !== 'attrs') return null;
  const [bind, second] = set.bindings;
  // Whatever is more than a path (`a = 2; b`) is not one, though it may read as Nix here.
  if (bind?.type !== 'bind' || second !== undefined || bind.value.type !== 'int') return null;
  const names = bind.path.map((step) => nameOf(tree.text, step));
  return names.every((name) => name !== null) ? names : null;
}
