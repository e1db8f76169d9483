import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { unreadableFile } from './cli/unreadable-file.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { type Io, processIo as io } from './cli/io.ts';
import { Fault } from './core/fault.ts';
import { programFolder } from './demo/files-of-folder.ts';

/**
 * One line a subcommand. Each brings the packages that it needs, and only what was asked for is read: a question about
 * a zone must not wait for the packages of a bot.
 */
const commands: Readonly<Record<string, (io: Io) => Promise<Command>>> = {
  demo: async (to) => (await import('./cli/demo.ts')).demoCommand(to),
  init: async (to) => (await import('./cli/init.ts')).initCommand(to),
  hosts: async (to) => (await import('./cli/hosts.ts')).hostsCommand(to),
  map: async (to) => (await import('./cli/map.ts')).mapCommand(to),
  affected: async (to) => (await import('./cli/affected.ts')).affectedCommand(to),
  nix: async (to) => (await import('./cli/nix.ts')).nixCommand(to),
  dns: async (to) => (await import('./cli/dns.ts')).dnsCommand(to),
  check: async (to) => (await import('./cli/check.ts')).checkCommand(to),
  doctor: async (to) => (await import('./cli/doctor.ts')).doctorCommand(to),
  'check-config': async (to) => (await import('./cli/check-config.ts')).checkConfigCommand(to),
};

const runBot = async (sides: { readonly web: boolean; readonly workers: boolean }): Promise<void> =>
  (await import('./run-bot.ts')).runBot(sides);

const { version } = JSON.parse(readFileSync(path.join(programFolder(), 'package.json'), 'utf8')) as { version: string };

const program = new Command('fleetwright')
  .description('Deploys a fleet of NixOS machines from reviewed pull requests.')
  .version(version)
  .addHelpText('after', `\nExit codes:\n${exitCodes.map(({ code, when }) => `  ${code}  ${when}`).join('\n')}`)
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
  );

const asked = commands[process.argv[2] ?? ''];
const made = asked === undefined ? Object.values(commands) : [asked];
for (const make of made) program.addCommand(await make(io));

// Commander ends every wrong call with 1, which is ours for findings. Subcommands that were added whole ask for themselves.
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.showHelpAfterError(`(${command === program ? '--help lists what there is' : '--help says what it takes'})`);
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

try {
  await program.parseAsync();
} catch (error) {
  const unreadable = unreadableFile(error);
  if (error instanceof Fault) io.misused(error.message);
  else if (unreadable !== null) io.misused(unreadable);
  else throw error;
}
