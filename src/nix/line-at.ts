import type { Repository } from './repository.ts';
import { positionAt } from './source.ts';

/** The line on which something stands, in a Nix file or in one of data; the first where the file is not known. */
export function lineAt(repository: Repository, file: string, offset: number): number {
  if (file.endsWith('.nix')) {
    const tree = repository.parsed(file);
    return tree === null ? 1 : positionAt(tree, offset).line;
  }
  const text = repository.texts.get(file) ?? '';
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
