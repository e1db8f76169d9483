import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeploymentReader } from '../../../src/adapters/github/deployment-reader.ts';
import { type HostName, parseHostName, parseRepositoryName } from '../../../src/core/names.ts';
import type { DeploymentMemory } from '../../../src/jobs/deployment-memory.ts';
import type { Posting } from '../../../src/jobs/forge.ts';
import type { Hints } from '../../../src/jobs/forge-writer.ts';
import { openPractice, type Practice, shaFrom } from './practice.ts';

let practice: Practice;
let memory: DeploymentMemory;
beforeEach(async () => {
  practice = await openPractice();
  memory = createDeploymentReader(practice.github, practice.reader);
});
afterEach(() => practice.close());

const hints: Hints = { mark: 'a'.repeat(32), known: null, look: false, since: null };

async function post(environment: string, payload: Readonly<Record<string, unknown>>, more: Partial<Hints> = {}) {
  const sha = shaFrom(await practice.reader.branchHead(practice.repository, 'main'));
  const posting: Posting = { kind: 'deployment', sha, environment, payload, state: 'in_progress', description: 'x' };
  return practice.writer.deliver(practice.repository, posting, { ...hints, ...more });
}

test('what was mirrored is read back whole, the newest first, for one host or for all', async () => {
  await post('griffin', { fleetwright: 1, step: 'look' });
  await post('griffin', { fleetwright: 1, step: 'test' });
  await post('wolfhound', { fleetwright: 1, step: 'boot' });
  const steps = async (host: HostName | null, most: number) =>
    (await memory.payloads(practice.repository, host, most)).map((one) => one as { fleetwright: number; step: string });
  expect(await steps(hostNamed('griffin'), 30)).toMatchObject([
    { fleetwright: 1, step: 'test' },
    { fleetwright: 1, step: 'look' },
  ]);
  expect(await steps(hostNamed('griffin'), 1)).toMatchObject([{ step: 'test' }]);
  expect((await steps(null, 100)).map(({ step }) => step)).toEqual(['boot', 'test', 'look']);
});

test('a deployment that somebody else made is not believed, whatever it says', async () => {
  await post('griffin', { fleetwright: 1, step: 'look' });
  const foreign = createDeploymentReader({ ...practice.github, appId: practice.github.appId + 1 }, practice.reader);
  expect(await foreign.payloads(practice.repository, hostNamed('griffin'), 30)).toEqual([]);
  const renamed = { identity: async () => ({ slug: 'other', login: 'other[bot]' }) };
  const other = createDeploymentReader(practice.github, renamed);
  expect(await other.payloads(practice.repository, hostNamed('griffin'), 30)).toEqual([]);
});

test('the installation is asked of the forge, and there is none where the App is not installed', async () => {
  expect(await memory.repository(practice.repository.name)).toEqual(practice.repository);
  const nowhere = parseRepositoryName('operator/elsewhere');
  expect(nowhere === null ? undefined : await memory.repository(nowhere)).toBeNull();
});

test('deployments of a life before the store was lost are closed when the posting is made anew', async () => {
  const old = await post('griffin', { fleetwright: 1, step: 'test' });
  const other = await post('griffin', { fleetwright: 1, step: 'test' }, { mark: 'b'.repeat(32) });
  const fresh = await post('griffin', { fleetwright: 1, step: 'end' }, { look: true });
  const states = new Map(
    practice.forge.seen.deployments(practice.repository.name).map(({ id, states: all }) => [id, all.at(-1)?.state]),
  );
  expect([states.get(old.id), states.get(other.id), states.get(fresh.id)]).toEqual([
    'inactive',
    'in_progress',
    'in_progress',
  ]);
});

function hostNamed(text: string): HostName {
  const name = parseHostName(text);
  if (name === null) throw new Error(`not a host name: ${text}`);
  return name;
}
