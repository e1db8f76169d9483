import { type FleetConfig, fleetConfigPath } from '../../config/fleet-config.ts';
import { parseFleetConfig } from '../../config/parse-fleet-config.ts';
import type { Finding } from '../../core/finding.ts';
import { entryAt, textAt, type Tree } from '../../core/tree.ts';
import { findZones } from '../../dns/find-zones.ts';
import type { ZoneSource } from '../../dns/zone.ts';
import { readFleet } from '../../nix/hosts/find-hosts.ts';
import { conflictFindings } from '../conflicts/list.ts';
import { readFacts } from '../read-facts.ts';
import { fileFindings } from './file-findings.ts';
import { nixFindings } from './nix-findings.ts';
import { sortedFindings } from './sorted-findings.ts';
import { allZones, missingZoneFiles, zonesFindings } from './zones-of-repository.ts';

/** A repository as `fleetwright check` sees it. */
export interface CheckedRepository {
  /** In their one order, each once. */
  readonly findings: readonly Finding[];
  /** The zones that were looked at. */
  readonly zones: readonly ZoneSource[];
}

/** Everything that can be said of a repository by reading it. What cannot be read is said too, and hides nothing else. */
export async function checkRepository(tree: Tree): Promise<CheckedRepository> {
  const { config, text, findings: configFindings } = await readConfig(tree);
  const fleet = await readFleet(tree);
  const zones = allZones(config, await findZones(tree));
  const findings = [
    ...configFindings,
    ...(await missingZoneFiles(tree, config, text)),
    ...(await fileFindings(tree)),
    ...nixFindings(fleet.repository),
    ...(await zonesFindings(tree, zones)),
    ...conflictFindings((await readFacts(fleet, tree, zones)).facts),
  ];
  return { findings: sortedFindings(findings), zones };
}

interface ReadConfig {
  readonly config: FleetConfig | null;
  readonly text: string;
  readonly findings: readonly Finding[];
}

async function readConfig(tree: Tree): Promise<ReadConfig> {
  const text = await textAt(tree, fleetConfigPath);
  if (text === null) {
    const there = (await entryAt(tree, fleetConfigPath)) !== null;
    const message = 'the config file is no text in UTF-8, or a link: the bot does not read it';
    const finding: Finding = { check: 'config', level: 'error', file: fleetConfigPath, line: 1, message };
    return { config: null, text: '', findings: there ? [finding] : [] };
  }
  const parsed = parseFleetConfig(text);
  return parsed.kind === 'config'
    ? { config: parsed.config, text, findings: [] }
    : { config: null, text, findings: parsed.findings };
}
