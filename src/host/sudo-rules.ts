import { type RightsPart, type RootCommand, rightsParts, rootCommands, systemName } from './root-commands.ts';

/** One thing that the account may run as root: a program, and a regular expression over its arguments (sudo 1.9.10). */
export interface SudoRule {
  readonly why: string;
  readonly part: RightsPart;
  readonly program: string;
  readonly arguments: string;
}

/**
 * The rules for one host. Its name is part of every activation rule: a system that was built for another host is
 * refused. Whoever can build on the host can build something *named* like its system, so the rules narrow what the
 * key can do and do not make it less than a root key; the README says so.
 */
export function sudoRules(system: string): readonly SudoRule[] {
  return Object.values(rootCommands).map((command: RootCommand) => {
    const [program, ...rest] = command.words.map(regexOf);
    const pattern = `^${rest.join(' ')}$`.replaceAll(escaped(systemName), () => escaped(system));
    return { why: command.why, part: command.part, program: program ?? '', arguments: pattern };
  });
}

/**
 * The programs of the wider form of the rules: each with any arguments. That is root by another name, and some owners
 * have it set up already; the exact form is the one to choose.
 */
export const plainPrograms = ['nixos-rebuild', 'systemctl', 'nixos-container', 'journalctl', 'machinectl'] as const;

interface SudoersOptions {
  readonly folder?: string;
  /** `exact`: the rules below. `programs`: the plain programs with any arguments. */
  readonly mode?: 'exact' | 'programs';
  /** What the host grants; everything by default. */
  readonly parts?: readonly RightsPart[];
}

/** The rules as sudoers(5) lines. */
export function sudoersText(
  user: string,
  system: string,
  { folder = '/run/current-system/sw/bin', mode = 'exact', parts = rightsParts }: SudoersOptions = {},
): string {
  if (mode === 'programs') {
    return plainPrograms.map((program) => `${user} ALL=(root) NOPASSWD: ${folder}/${program}\n`).join('');
  }
  const lines = sudoRules(system)
    .filter(({ part }) => parts.includes(part))
    .map((rule) => `${user} ALL=(root) NOPASSWD: ${folder}/${rule.program} ${rule.arguments}`);
  return `${lines.join('\n')}\n`;
}

/** The rules as a Nix function of the system's name, already escaped for a regular expression. */
export function sudoRulesNix(): string {
  const rules = sudoRules(systemName).map((rule) => {
    const pattern = nixString(rule.arguments).replaceAll(escaped(systemName), () => '${systemName}');
    return `  # ${rule.why}\n  {\n    part = ${nixString(rule.part)};\n    program = ${nixString(rule.program)};\n    arguments = ${pattern};\n  }\n`;
  });
  return [
    '# Made from src/host/root-commands.ts by its test; `npx vitest run test/host/sudo-rules.test.ts -u` makes it again.',
    '# Regular expressions over arguments need sudo 1.9.10 or newer.',
    '{ systemName }:',
    '[',
    `${rules.join('')}]`,
    '',
  ].join('\n');
}

function regexOf(word: RootCommand['words'][number]): string {
  const parts = typeof word === 'string' ? [word] : word;
  return parts.map((part) => (typeof part === 'string' ? escaped(part) : part.fits)).join('');
}

/** Every character that is special in a POSIX extended regular expression. */
function escaped(text: string): string {
  return text.replaceAll(/[\\.[\](){}*+?^$|]/g, (char) => `\\${char}`);
}

function nixString(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (char) => `\\${char}`).replaceAll('${', () => '\\${')}"`;
}
