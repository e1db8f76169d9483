import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { affectedCommand } from './cli/affected.ts';
import { checkCommand } from './cli/check.ts';
import { checkConfigCommand } from './cli/check-config.ts';
import { demoCommand } from './cli/demo.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { hostsCommand } from './cli/hosts.ts';
import { processIo as io } from './cli/io.ts';
import { nixCommand } from './cli/nix.ts';
import { Fault } from './core/fault.ts';
import { programFolder } from './demo/files-of-folder.ts';
import { runBot } from './run-bot.ts';

const { version } = JSON.parse(readFileSync(path.join(programFolder(), 'package.json'), 'utf8')) as { version: string };

const program = new Command('fleetwright')
  .description('Deploys a fleet of NixOS machines from reviewed pull requests.')
  .version(version)
  .showHelpAfterError('(--help lists what there is)')
  .addHelpText('after', `\nExit codes:\n${exitCodes.map(({ code, when }) => `  ${code}  ${when}`).join('\n')}`)
  .addCommand(demoCommand(io))
  .addCommand(
    new Command('start')
      .description('run the bot: webhooks and work in one process')
      .action(() => runBot({ web: true, workers: true })),
  )
  .addCommand(
    new Command('web')
      .description('run only the side that takes webhooks in; needs REDIS_URL')
      .action(() => runBot({ web: true, workers: false })),
  )
  .addCommand(
    new Command('workers')
      .description('run only the side that works; needs REDIS_URL')
      .action(() => runBot({ web: false, workers: true })),
  )
  .addCommand(hostsCommand(io))
  .addCommand(affectedCommand(io))
  .addCommand(nixCommand(io))
  .addCommand(checkCommand(io))
  .addCommand(checkConfigCommand(io));

// Commander ends every wrong call with 1, which is ours for findings. Subcommands that were added whole ask for themselves.
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

try {
  await program.parseAsync();
} catch (error) {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error;
  if (error instanceof Fault) io.misused(error.message);
  else if (missing) io.misused(`${String(error.path)} is not there.`);
  else throw error;
}
