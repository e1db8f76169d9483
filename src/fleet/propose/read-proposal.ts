import { isRefusal } from '../../core/refusal.ts';
import type { Tree } from '../../core/tree.ts';
import { findZones } from '../../dns/find-zones.ts';
import { loadZoneTexts } from '../../dns/load-zone-texts.ts';
import { openZone, zoneRecords, type ZoneSource } from '../../dns/zone.ts';
import { type FleetReading, readFleet } from '../../nix/hosts/find-hosts.ts';
import { machineOptions } from '../definitions/machine-options.ts';
import { readFacts } from '../read-facts.ts';
import { type DeployHints, propose, type Proposal } from './proposal.ts';

/** Reads a repository as somebody does who sets the bot up for it: which hosts, where they are, which zones. */
export async function readProposal(tree: Tree): Promise<Proposal> {
  const reading = await readFleet(tree);
  const zones = await findZones(tree);
  const { facts } = await readFacts(reading, tree, zones);
  return propose({
    hosts: reading.hosts,
    facts,
    zones,
    nameServers: await nameServersOf(tree, zones),
    hintsFor: (host) => hintsFor(reading, host),
  });
}

async function nameServersOf(
  tree: Tree,
  zones: readonly ZoneSource[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const texts = await loadZoneTexts(tree, zones);
  const found = new Map<string, readonly string[]>();
  for (const source of zones) {
    const zone = openZone(source, texts);
    if (isRefusal(zone)) continue;
    const servers = [...zoneRecords(zone)]
      .filter(({ owner, type }) => type === 'NS' && owner === zone.name)
      .map(({ data }) => data.replace(/\.$/, '').toLowerCase());
    const name = zone.name.replace(/\.$/, '');
    found.set(name, [...new Set([...(found.get(name) ?? []), ...servers])]);
  }
  return found;
}

/** Some ten times what one machine's modules take. */
const fuelPerMachine = 3_000_000;

/** colmena's `deployment` options (its manual, "Deployment options"). */
function hintsFor(reading: FleetReading, host: string): DeployHints {
  const machine = reading.machineOf(host);
  if (machine === null) return { targetHost: null, targetPort: null, tags: [] };
  reading.evaluator.fuel = fuelPerMachine;
  const deployment = machineOptions(reading.evaluator, machine).root.at('deployment');
  return {
    targetHost: deployment.at('targetHost').text()?.text ?? null,
    targetPort: deployment.at('targetPort').number()?.number ?? null,
    tags: deployment
      .at('tags')
      .items()
      .flatMap((tag) => tag.text()?.text ?? []),
  };
}
