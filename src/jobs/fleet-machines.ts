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

/** How long a config that was read serves the next host of its rollout: 200 hosts of one wave read it once. */
const freshMs = 10_000;
type Reading = { readonly at: number; readonly fleet: Promise<Fleet | NoFleet> };

/** Reaches the machines of a rollout's fleet, as the default branch's config names them at that moment. */
export function fleetMachines(parts: FleetMachinesParts): (rollout: Pick<Rollout, 'id' | 'repository'>) => Machines {
  // By rollout: a merge may bring a new address or probe, and its own rollout must not go by what stood before it.
  const read = new Map<string, Reading>();
  const links = new Map<RepositoryName, Promise<Links>>();
  const bundles = new Map<RepositoryName, BundleSource>();

  const fleetOf = (rollout: string, repository: RepositoryRef) => {
    const now = parts.clock.now();
    for (const [id, { at }] of read) if (now - at >= freshMs) read.delete(id);
    const known = read.get(rollout);
    if (known !== undefined) return known.fleet;
    const fleet = readFleet(parts.forge, repository);
    read.set(rollout, { at: now, fleet });
    // A failed read must not serve anybody else.
    fleet.catch(() => read.delete(rollout));
    return fleet;
  };
  const linksOf = (repository: RepositoryName) => {
    const known = links.get(repository) ?? parts.links(repository);
    links.set(repository, known);
    known.catch(() => links.delete(repository));
    return known;
  };
  return ({ id, repository }) => ({
    async open(host, token) {
      const fleet = await fleetOf(id, repository);
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
