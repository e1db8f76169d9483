import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { RepositoryName } from '../core/names.ts';
import type { BundleSource } from '../host/bundle-source.ts';
import type { Links } from '../host/link.ts';
import { machinesOverSsh } from '../host/machine-over-ssh.ts';
import type { Machines } from '../host/machine.ts';
import type { Asker } from '../host/probes/question.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { ForgeReader, RepositoryRef } from './forge.ts';
import { type Fleet, type NoFleet, readFleet } from './read-fleet.ts';

export interface FleetMachinesParts {
  readonly forge: ForgeReader;
  readonly clock: Clock;
  readonly asker: Asker;
  /** Connections with the key of this repository and no other. */
  links(repository: RepositoryName): Promise<Links>;
  bundles(repository: RepositoryRef): BundleSource;
}

/** How long a config that was read serves the next host: 200 hosts of one wave read it once. */
const freshMs = 10_000;

/** Reaches the machines of a rollout's fleet, as the default branch's config names them at that moment. */
export function fleetMachines(parts: FleetMachinesParts): (rollout: Pick<Rollout, 'repository'>) => Machines {
  const read = new Map<RepositoryName, { readonly at: number; readonly fleet: Promise<Fleet | NoFleet> }>();
  const links = new Map<RepositoryName, Promise<Links>>();
  const bundles = new Map<RepositoryName, BundleSource>();

  const fleetOf = (repository: RepositoryRef) => {
    const known = read.get(repository.name);
    if (known !== undefined && parts.clock.now() - known.at < freshMs) return known.fleet;
    const fleet = readFleet(parts.forge, repository);
    read.set(repository.name, { at: parts.clock.now(), fleet });
    // A failed read must not serve anybody else.
    fleet.catch(() => read.delete(repository.name));
    return fleet;
  };
  const linksOf = (repository: RepositoryName) => {
    const known = links.get(repository) ?? parts.links(repository);
    links.set(repository, known);
    known.catch(() => links.delete(repository));
    return known;
  };
  return ({ repository }) => ({
    async open(host, token) {
      const fleet = await fleetOf(repository);
      if (fleet.kind === 'no-fleet' || !Object.hasOwn(fleet.config.hosts, host)) {
        throw new Fault('unexpected-answer', `reading the config for ${host}`, 'later', {
          detail: 'the default branch does not name this host now',
        });
      }
      const source = bundles.get(repository.name) ?? parts.bundles(repository);
      bundles.set(repository.name, source);
      const settings = {
        repository: repository.name,
        fleet: fleet.config,
        links: await linksOf(repository.name),
        bundles: source,
      };
      return machinesOverSsh({ ...settings, asker: parts.asker, clock: parts.clock }).open(host, token);
    },
  });
}
