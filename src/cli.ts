import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { checkConfig } from './cli/check-config.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { settingsOfProcess } from './config/settings.ts';
import { runDemo } from './demo/demo.ts';
import { programFolder } from './demo/files-of-folder.ts';
import { runBot } from './run-bot.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const { version } = JSON.parse(readFileSync(path.join(programFolder(), 'package.json'), 'utf8')) as { version: string };

const program = new Command('fleetwright')
  // Commander ends every wrong call with 1, which is ours for findings.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .description('Deploys a fleet of NixOS machines from reviewed pull requests.')
  .version(version)
  .showHelpAfterError('(--help lists what there is)')
  .addHelpText('after', `\nExit codes:\n${exitCodes.map(({ code, when }) => `  ${code}  ${when}`).join('\n')}`);

program
  .command('demo')
  .description('play the whole loop on practice hosts and a practice forge; nothing outside this machine is touched')
  .option('--once', 'end after the story; the exit code says whether it went through', false)
  .option('--json', 'print one event a line as JSON', false)
  .option('--issue <text>', 'play this issue instead of the story')
  .action(async (options: { once: boolean; json: boolean; issue?: string }) => {
    const parsed = settingsOfProcess();
    if (parsed.kind === 'invalid') return program.error(parsed.mistakes.join('\n'), { exitCode: 2 });
    const stopped = new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    process.exitCode = await runDemo({
      ...options,
      issue: options.issue ?? null,
      settings: parsed.settings,
      print,
      stopped,
    });
  });

program
  .command('start')
  .description('run the bot: webhooks and work in one process')
  .action(() => runBot({ web: true, workers: true }));
program
  .command('web')
  .description('run only the side that takes webhooks in; needs REDIS_URL')
  .action(() => runBot({ web: true, workers: false }));
program
  .command('workers')
  .description('run only the side that works; needs REDIS_URL')
  .action(() => runBot({ web: false, workers: true }));

program
  .command('check-config')
  .description('read a .github/fleetwright.yml and say everything that is wrong with it')
  .argument('[file]', 'the file', '.github/fleetwright.yml')
  .option('--json', 'print {findings: [...]}', false)
  .action((file: string, options: { json: boolean }) => {
    process.exitCode = checkConfig(file, options.json, print);
  });

await program.parseAsync();
