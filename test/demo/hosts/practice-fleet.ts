import { afterEach, beforeEach } from 'vitest';
import { type FleetConfig } from '../../../src/config/fleet-config.ts';
import { parseFleetConfig } from '../../../src/config/parse-fleet-config.ts';
import { parseRepositoryName } from '../../../src/core/names.ts';
import { practiceConfig } from '../../../src/demo/hosts/practice-config.ts';
import { type Practice, startPractice } from './raw-host.ts';

const name = parseRepositoryName('robin/fleet');
if (name === null) throw new Error('a repository name');
export const repositoryName = name;

/** The whole practice fleet, anew for each test. A command outside the closed set fails the test that sent it. */
export function practiceFleet(): () => Practice {
  let practice: Practice;
  beforeEach(async () => {
    practice = await startPractice(['griffin', 'wolfhound', 'blackjack', 'anubis', 'kestrel']);
  });
  afterEach(async () => {
    const violations = practice.hosts.violations();
    await practice.close();
    if (violations.length > 0) throw new Error(`outside the closed set: ${violations.join('; ')}`);
  });
  return () => practice;
}

/** The fleet's config as it is now, with nothing to wait for but so many seconds of probes. */
export async function configOf({ hosts, repository }: Practice, probeSeconds: number): Promise<FleetConfig> {
  const text = await practiceConfig(hosts.all, repository.textAt('.github/fleetwright.yml'));
  const parsed = parseFleetConfig(
    text
      .replace(/settle_seconds: \d+/, 'settle_seconds: 0\n  flap_seconds: 0')
      .replace(/probe_seconds: \d+/, `probe_seconds: ${probeSeconds}`),
  );
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.findings));
  return parsed.config;
}
