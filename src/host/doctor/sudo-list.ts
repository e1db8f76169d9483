/** One command that an account may run through sudo, as `sudo -ll` prints it. */
export interface Right {
  /** `ALL`, a program, or a program and what its arguments must be: words, a regular expression, or `""` for none. */
  readonly command: string;
  /** A `!` in front: what an earlier line allows is taken away again. */
  readonly negated: boolean;
  readonly runAs: readonly string[];
  readonly password: boolean;
}

/**
 * Reads the long list of sudo(8): entries of `Name: value` lines, the commands indented below `Commands:`, one a line.
 * A line that goes on is indented by blanks where a command is by a tab. Null where nothing of it was understood.
 */
export function parseSudoList(text: string): readonly Right[] | null {
  const rights: Right[] = [];
  let entry: { runAs: readonly string[]; password: boolean; commands: string[] } | null = null;
  let inCommands = false;
  const close = (): void => {
    for (const written of entry?.commands ?? []) {
      const negated = written.startsWith('!');
      const command = (negated ? written.slice(1) : written).replace(/^sha\d+:\S+ /, '');
      rights.push({ command, negated, runAs: entry?.runAs ?? [], password: entry?.password ?? true });
    }
    entry = null;
    inCommands = false;
  };
  let entries = 0;
  for (const line of text.split('\n')) {
    if (/^Sudoers entry:|^LDAP Role:|^SSSD Role:/.test(line)) {
      close();
      entries += 1;
      entry = { runAs: ['root'], password: true, commands: [] };
      continue;
    }
    if (entry === null) continue;
    const { name, value } = /^ {4}(?<name>[A-Za-z]+):\s*(?<value>.*)$/.exec(line)?.groups ?? {};
    if (name !== undefined) {
      inCommands = name === 'Commands';
      if (name === 'RunAsUsers') entry.runAs = listOf(value ?? '');
      if (name === 'Options' && listOf(value ?? '').includes('!authenticate')) entry.password = false;
    } else if (inCommands && line.startsWith('\t')) entry.commands.push(line.trim());
    else if (inCommands && /^ {5,}/.test(line)) {
      const last = entry.commands.pop();
      if (last !== undefined) entry.commands.push(`${last} ${line.trim()}`);
    }
  }
  close();
  return entries === 0 ? null : rights;
}

/** The inverse, for hosts that are played. */
export function printSudoList(rights: readonly Right[]): string {
  return rights
    .map(({ command, negated, runAs, password }) =>
      [
        '',
        'Sudoers entry:',
        `    RunAsUsers: ${runAs.join(', ')}`,
        ...(password ? [] : ['    Options: !authenticate']),
        '    Commands:',
        `\t${negated ? '!' : ''}${command}`,
        '',
      ].join('\n'),
    )
    .join('');
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
