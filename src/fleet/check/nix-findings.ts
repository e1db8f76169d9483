import type { Finding } from '../../core/finding.ts';
import { duplicateAttributes } from '../../nix/duplicates.ts';
import type { Repository } from '../../nix/repository.ts';
import { positionAt } from '../../nix/source.ts';
import { cipherOf } from './file-findings.ts';

/** What Nix would refuse in the files by themselves: syntax, and an attribute that one set has twice. */
export function nixFindings(repository: Repository): readonly Finding[] {
  return repository.sorted.flatMap((file): readonly Finding[] => {
    const text = repository.texts.get(file);
    // What is no text is told as a file that cannot be read.
    if (!file.endsWith('.nix') || text === undefined || text.includes('\0')) return [];
    // Ciphertext in letters is a text, and no Nix.
    if (cipherOf(new TextEncoder().encode(text.slice(0, 64))) !== null) return [];
    const tree = repository.glimpsed(file);
    if (tree === null) return [];
    if (tree.errors.length > 0) {
      return tree.errors.map(({ message, offset }) => ({
        check: 'nix-syntax',
        level: 'error',
        file,
        ...positionAt(tree, offset),
        message,
      }));
    }
    return duplicateAttributes(tree).map(({ name, at, first }) => ({
      check: 'nix-duplicate',
      level: 'error',
      file,
      ...at,
      message: `the attribute ${name} is defined already, in line ${first.line}`,
    }));
  });
}
