/** What happened to a practice host, for tests and for the curious. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `violation`: somebody asked for something outside the closed set of commands. */
  readonly kind: 'login' | 'command' | 'violation' | 'activation' | 'reboot' | 'failure';
  readonly text: string;
  /** Of a command: the line as it came, and by which connection. */
  readonly sent?: { readonly connection: number; readonly line: string };
}

export interface HostJournal {
  readonly entries: readonly JournalEntry[];
  write(kind: JournalEntry['kind'], text: string, sent?: JournalEntry['sent']): void;
  /** The host's own journal, by unit. */
  log(unit: string, line: string): void;
  linesOf(matches: (unit: string) => boolean, since?: number): readonly string[];
}

export function createHostJournal(): HostJournal {
  const entries: JournalEntry[] = [];
  const lines: { readonly at: number; readonly unit: string; readonly line: string }[] = [];
  return {
    entries,
    write(kind, text, sent) {
      entries.push({ at: Date.now(), kind, text, ...(sent === undefined ? {} : { sent }) });
    },
    log(unit, line) {
      lines.push({ at: Date.now(), unit, line });
    },
    linesOf: (matches, since = 0) =>
      lines.filter((entry) => entry.at >= since && matches(entry.unit)).map((entry) => entry.line),
  };
}
