import { Command, InvalidArgumentError } from 'commander';
import { fleetConfigPath, type FleetConfig } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import { textAt, type Tree } from '../core/tree.ts';
import { findZones } from '../dns/find-zones.ts';
import { allZones } from '../fleet/check/zones-of-repository.ts';
import { mapBudget, renderMap } from '../fleet/map/render-map.ts';
import { readFacts } from '../fleet/read-facts.ts';
import { readFleet } from '../nix/hosts/find-hosts.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

interface Options {
  readonly repo: string;
  readonly json: boolean;
  readonly bytes: number;
}

/** `{facts: [{kind, host?, name, value, file, line}]}` */
export const mapCommand = (io: Io): Command =>
  new Command('map')
    .description('print the whole fleet on one page: addresses, services, ports, names, and where each is written')
    .option('--repo <path>', 'the checkout', '.')
    .option('--bytes <number>', 'how long the page may be', bytes, mapBudget)
    .option('--json', 'print {facts: [...], unread: [...]}', false)
    .action(async (options: Options) => {
      const tree = await openRepository(options.repo);
      const fleet = await readFleet(tree);
      const { facts, unread } = await readFacts(fleet, tree, allZones(await configOf(tree), await findZones(tree)));
      tree.close();
      if (!options.json) return io.print(renderMap({ hosts: fleet.hosts, facts, unread }, options.bytes).trimEnd());
      // A fact of no host, such as a record of a zone, has no `host` in the JSON.
      io.print(
        JSON.stringify({ facts: facts.map(({ host, ...fact }) => (host === null ? fact : { host, ...fact })), unread }),
      );
    });

async function configOf(tree: Tree): Promise<FleetConfig | null> {
  const parsed = parseFleetConfig((await textAt(tree, fleetConfigPath)) ?? '');
  return parsed.kind === 'config' ? parsed.config : null;
}

function bytes(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a number of bytes is digits only');
}
