import process from 'node:process';
import { Command } from 'commander';
import { settingsOfProcess } from '../config/settings.ts';
import { runDemo } from '../demo/demo.ts';
import type { Io } from './io.ts';

interface DemoFlags {
  readonly once: boolean;
  readonly json: boolean;
  readonly issue?: string;
  readonly repo?: string;
}

export const demoCommand = (io: Io): Command =>
  new Command('demo')
    .description('play the whole loop on practice hosts and a practice forge; nothing outside this machine is touched')
    .option('--once', 'end after the story; the exit code says whether it went through', false)
    .option('--json', 'print one event a line as JSON', false)
    .option('--issue <text>', 'play this issue instead of the story')
    .option('--repo <path>', 'play on a clone of this config repository, with a practice host for each of its hosts')
    .action(async (flags: DemoFlags) => {
      const parsed = settingsOfProcess();
      if (parsed.kind === 'invalid') return io.misused(parsed.mistakes.join('\n'));
      const stopped = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      const code = await runDemo({
        ...flags,
        issue: flags.issue ?? null,
        repository: flags.repo ?? null,
        settings: parsed.settings,
        print: io.print,
        stopped,
      });
      io.exitWith(code === 0 ? 0 : 1);
    });
