import type { Command } from 'commander';
import { holders } from '../dns/holders.ts';

/** Which names a subcommand is about. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option('--repo <path>', 'the checkout; the current folder without it')
    .option('--zone <zone>', 'only this zone')
    .option('--file <path>', 'only this file, which then needs no configuration')
    .option('--format <holder>', `how the file keeps its names: ${holders.map(({ id }) => id).join(', ')}`);
}
