import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { gitMirror } from '../src/adapters/git/mirror.ts';
import { spooledBundles } from '../src/adapters/git/spooled-bundles.ts';
import { networkAsker } from '../src/adapters/net/network-asker.ts';
import { redisHostLocks } from '../src/adapters/queue/redis-host-locks.ts';
import { redisRecords } from '../src/adapters/queue/redis-records.ts';
import type { OpenRedis } from '../src/adapters/queue/open-redis.ts';
import { sshLinks } from '../src/adapters/ssh/ssh-links.ts';
import { fleetConfigShape } from '../src/config/fleet-config.ts';
import { settingsOfProcess } from '../src/config/settings.ts';
import type { Clock } from '../src/core/clock.ts';
import { type HostName, parseHostName, parseRepositoryName } from '../src/core/names.ts';
import { isRefusal } from '../src/core/refusal.ts';
import type { PracticeHost } from '../src/demo/hosts/practice-host.ts';
import { type PracticeHosts, startPracticeHosts } from '../src/demo/hosts/start-practice-hosts.ts';
import { machinesOverSsh } from '../src/host/machine-over-ssh.ts';
import type { Wakeup } from '../src/rollout/wakeups.ts';
import { driveDeploy } from '../src/rollout/drive-deploy.ts';
import type { DriveDeps } from '../src/rollout/drive-deps.ts';
import { policyOf } from '../src/rollout/policy-of.ts';
import { createRollouts } from '../src/rollout/rollouts.ts';
import { manner } from '../src/rollout/shapes.ts';
import { startRollout } from '../src/rollout/start-rollout.ts';
import { waveOrderOf } from '../src/rollout/waves.ts';
import { type BenchFleet, known, makeBenchFleet } from './bench-fleet.ts';
import { type Bench, median, rounded } from './bench.ts';
import { replayLines, type SentLine } from './raw-ssh.ts';
import { withEachRedis } from './redis-for-bench.ts';

const count = 200;
const latencyMs = 50;
const rounds = 3;

/**
 * One rollout to 200 practice hosts, each command taking 50 ms, over the very lines that it sent to each host, sent
 * again by ssh2 alone to hosts that are as new. Practice hosts and their git run in the same process in both arms.
 */
export const twoHundredHosts: Bench = {
  name: 'two-hundred-hosts',
  run: () =>
    withEachRedis(async (kinds) => {
      const redis = kinds['child'] ?? kinds['embedded'];
      if (redis === undefined) throw new Error('no Redis to measure');
      const scratch = mkdtempSync(join(tmpdir(), 'fleetwright-bench-hosts-'));
      try {
        const fleet = makeBenchFleet(scratch, count);
        const ours: Spent[] = [];
        const bare: Spent[] = [];
        let commands = 0;
        for (let round = 0; round <= rounds; round += 1) {
          const hosts = await freshHosts(scratch, `ours-${round}`, fleet);
          const first = await spent(() => rollOut(hosts, fleet, redis, `${scratch}/mirror-${round}`, `r${round}`));
          const scripts = hosts.all.map(scriptOf);
          commands = scripts.reduce((sum, script) => sum + script.length, 0);
          await hosts.close();
          const others = await freshHosts(scratch, `bare-${round}`, fleet);
          const second = await spent(() => replay(others, scripts, fleet.bundle));
          await others.close();
          if (round === 0) continue;
          ours.push(first);
          bare.push(second);
        }
        const ms = (arm: readonly Spent[]): number => median(arm.map((one) => one.ms));
        const cpu = (arm: readonly Spent[]): number => median(arm.map((one) => one.cpuMs));
        return {
          ratio: rounded(ms(ours) / ms(bare)),
          limit: 1.5,
          bound: 'at-most',
          oursMs: rounded(ms(ours)),
          bareMs: rounded(ms(bare)),
          commandsPerHost: rounded(commands / count),
          cpuMsPerHost: rounded((cpu(ours) - cpu(bare)) / count),
          redis: redis.kind,
        };
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    }),
};

interface Spent {
  readonly ms: number;
  readonly cpuMs: number;
}

async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000 };
}

function freshHosts(scratch: string, name: string, fleet: BenchFleet): Promise<PracticeHosts> {
  return startPracticeHosts({
    hosts: fleet.names.map((host) => ({ name: host })),
    stateFolder: join(scratch, name),
    initial: { repository: fleet.repository, sha: fleet.first },
    latencyMs,
  });
}

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
const repository = known(parseRepositoryName('bench/fleet'));

async function rollOut(
  hosts: PracticeHosts,
  { repository: url, second: sha }: BenchFleet,
  redis: OpenRedis,
  folder: string,
  id: string,
): Promise<void> {
  const fleet = fleetConfigShape.parse({
    hosts: Object.fromEntries(
      hosts.all.map(({ name, address, port, hostKey }) => [name, { address, port, host_key: hostKey }]),
    ),
    deploy: { parallel: count, settle_seconds: 0, flap_seconds: 0 },
  });
  const { programFolders } = settings();
  const machines = machinesOverSsh({
    repository,
    fleet,
    links: sshLinks({ privateKey: hosts.clientKey?.private ?? '', clock }),
    bundles: spooledBundles(
      gitMirror({ folder, url, credentials: async () => null, programFolders }),
      join(folder, 'bundles'),
    ),
    asker: networkAsker(),
    clock,
  });
  const records = redisRecords(redis.connect('commands'), `fleetwright-${id}`);
  const deps: DriveDeps = {
    records,
    rollouts: createRollouts(records),
    locks: redisHostLocks(redis.connect('commands'), `fleetwright-${id}`, clock),
    clock,
    machines: () => machines,
    mayActivate: async () => null,
    tell: () => {},
    onChange: () => {},
    onOutput: () => {},
  };
  const started = await startRollout(deps, {
    id,
    kind: 'deploy',
    repository: { name: repository, installation: 1 },
    sha,
    cause: { kind: 'merge', by: 'bench', pullRequest: 1 },
    reason: 'bench',
    policy: policyOf(fleet),
    order: waveOrderOf(fleet),
    hosts: hosts.all.map((host) => ({
      host: hostName(host),
      fingerprint: host.hostKey,
      attribute: host.name,
      records: [],
      manner: manner.parse({}),
      named: false,
      touched: 'shared',
    })),
  });
  if (isRefusal(started)) throw new Error(`refused: ${started.code}`);
  await workOff(deps, started.wake);
  const wrong = hosts.all.filter(
    (host) => host.truth().profile === host.truth().booted || host.violations().length > 0,
  );
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${count} hosts were not deployed`);
}

/** What a queue would do with the wake-ups. */
async function workOff(deps: DriveDeps, wake: readonly Wakeup[]): Promise<void> {
  await Promise.all(
    wake.map(async (wakeup) => workOff(deps, (await driveDeploy(deps, wakeup, new AbortController().signal)).wake)),
  );
}

function scriptOf(host: PracticeHost): readonly SentLine[] {
  return host.journal.flatMap(({ sent, text }) =>
    sent === undefined ? [] : [{ ...sent, withBundle: text.startsWith('receive-bundle ') }],
  );
}

function replay(hosts: PracticeHosts, scripts: readonly (readonly SentLine[])[], bundle: Buffer): Promise<unknown> {
  const key = hosts.clientKey?.private ?? '';
  return Promise.all(hosts.all.map((host, index) => replayLines(host, key, scripts[index] ?? [], bundle)));
}

function settings(): { readonly programFolders: readonly string[] } {
  const parsed = settingsOfProcess();
  if (parsed.kind === 'invalid') throw new Error(parsed.mistakes.join('\n'));
  return parsed.settings;
}

function hostName(host: PracticeHost): HostName {
  return known(parseHostName(host.name));
}
