import type { Right } from './sudo-list.ts';

/** The last entry that speaks of a command run as root is the one that counts (sudoers(5)); null where none does. */
export function coveringRight(rights: readonly Right[], program: string, words: readonly string[]): Right | null {
  const found = rights.filter(
    (right) => right.runAs.some((user) => user === 'root' || user === 'ALL') && covers(right, program, words.join(' ')),
  );
  return found.at(-1) ?? null;
}

function covers({ command }: Right, program: string, line: string): boolean {
  if (command === 'ALL') return true;
  const at = command.indexOf(' ');
  const [path, pattern] = at === -1 ? [command, null] : [command.slice(0, at), command.slice(at + 1)];
  if (path.split('/').at(-1) !== program) return false;
  if (pattern === null) return true;
  if (pattern === '""') return line === '';
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return pattern === line;
  try {
    return new RegExp(pattern).test(line);
  } catch {
    // POSIX knows classes that JavaScript does not; sudo itself was asked as well.
    return false;
  }
}
