import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PracticeFailure } from '../../src/demo/hosts/practice-failure.ts';
import { redisProgram, withoutRedis } from '../adapters/queue/redis-kinds.ts';
import { compilePrograms, type Programs } from './bot-processes.ts';
import { type BotWorld, until, type WorldOptions } from './bot-world.ts';
import { withinWorld } from './within-world.ts';

/** The bot in processes of its own that die at their worst moments. What then stands on the forge must be true. */

let programs: Programs;
beforeAll(async () => {
  programs = await compilePrograms();
});
afterAll(() => programs.remove());

/** A dead worker's locks on hosts run out after half a minute; the scenarios wait for that beside each other. */
const patience = 110_000;

const within = (options: WorldOptions, play: (world: BotWorld) => Promise<void>) =>
  withinWorld(programs, options, play);

/** Everything that is not as it must be at a good end: told once, proven on every host, and nothing of it twice. */
async function wrongAtTheEnd(world: BotWorld, pull: number, before: ReadonlyMap<string, string>): Promise<string[]> {
  const wrong: string[] = [];
  const must = (is: boolean, what: string) => void (is || wrong.push(what));
  const report = await world.report(pull);
  must(report.includes(`Done: ${world.names.length} deployed.`), report);
  must(world.comments(pull, '### Deploy of').length === 1, 'the report stands there more than once');
  must(world.comments(pull, '### Plan').length <= 1, 'the plan stands there more than once');
  await world.deploymentsAre('success');
  for (const name of world.names) {
    const { running, profile, bootDefault, switching } = world.truth(name);
    must(profile === running && bootDefault === running && !switching, `${name} does not boot into what it runs`);
    must(running !== before.get(name), `${name} runs what it ran before`);
    must(world.activations(name) === 1, `${name} was activated ${world.activations(name)} times`);
  }
  return wrong;
}

function runs(world: BotWorld): ReadonlyMap<string, string> {
  return new Map(world.names.map((name) => [name, world.truth(name).running]));
}

interface Moment {
  readonly when: string;
  /** What makes the moment long enough to be met. */
  readonly slow: readonly PracticeFailure[];
  readonly come: (world: BotWorld) => boolean;
}

const moments: readonly Moment[] = [
  {
    when: 'while a host builds',
    slow: [{ kind: 'build-slow', ms: 1_000 }],
    come: (world) => world.asked('h00', 'start-build') > 0,
  },
  {
    when: 'while a host activates',
    slow: [{ kind: 'activation-slow', ms: 1_000 }],
    come: (world) => world.truth('h00').switching,
  },
  {
    when: 'between test and boot',
    slow: [],
    come: (world) => world.names.some((name) => world.truth(name).running !== world.truth(name).profile),
  },
  {
    when: 'while it posts',
    slow: [{ kind: 'activation-slow', ms: 300 }],
    come: (world) =>
      world.forge.requests.some(({ method, path: at }) => method === 'POST' && at.endsWith('/deployments')),
  },
];

describe.skipIf(redisProgram === null)(
  `a worker that is killed${redisProgram === null ? ` (${withoutRedis})` : ''}`,
  { concurrent: true },
  () => {
    test.each(moments)('$when: the next one ends the rollout, once', { timeout: patience }, ({ slow, come }) =>
      within({ hosts: 3, redis: 'configured' }, async (world) => {
        for (const host of world.hosts.all) for (const failure of slow) host.fail(failure);
        const before = runs(world);
        const first = await world.running('all');
        const { pull } = await world.merge();
        await until('the moment', () => (come(world) ? true : null));
        await first.kill();
        await world.running('all');
        expect(await wrongAtTheEnd(world, pull, before)).toEqual([]);
      }),
    );

    test('again and again, at random', { timeout: patience }, () =>
      within({ hosts: 4, redis: 'configured' }, async (world) => {
        for (const host of world.hosts.all) host.fail({ kind: 'activation-slow', ms: 200 });
        const before = runs(world);
        let worker = await world.running('all');
        const { pull } = await world.merge();
        await world.forge.settled();
        for (let kills = 0; kills < 4; kills += 1) {
          await sleep(Math.random() * 1_200);
          await worker.kill();
          worker = await world.running('all');
        }
        expect(await wrongAtTheEnd(world, pull, before)).toEqual([]);
      }),
    );

    test('with a host that fails its probe: it is put back and told so once', { timeout: patience }, () =>
      within({ hosts: 2, redis: 'configured' }, async (world) => {
        const before = runs(world);
        world.hosts.host('h01').fail({ kind: 'activation-slow', ms: 500 });
        world.hosts.host('h01').fail({ kind: 'unit-fails', unit: 'chronyd.service', when: { path: 'extra.nix' } });
        const first = await world.running('all');
        const files = {
          'common.nix': '{ imports = [ ./extra.nix ]; services.openssh.enable = true; }\n',
          'extra.nix': '{ services.chrony.enable = true; }\n',
        };
        const pull = await world.propose(files);
        await world.forge.merge('homelab/fleet', pull, 'ann');
        await until('the activation', () => (world.truth('h01').switching ? true : null));
        await first.kill();
        await world.running('all');
        expect(await world.report(pull)).toMatch(/`h01` \| \S+ reverted/);
        expect(world.comments(pull, '### Deploy of')).toHaveLength(1);
        expect(world.truth('h01').running).toBe(before.get('h01'));
        expect(world.truth('h01').bootDefault).toBe(before.get('h01'));
      }),
    );
  },
);

describe.concurrent('a store that is lost with the bot', () => {
  const moved = moments.filter(({ when }) => when !== 'while it posts');

  test.each(moved)(
    'embedded, killed $when: the forge and the hosts say how it goes on',
    { timeout: patience },
    ({ slow, come }) =>
      within({ hosts: 3, redis: 'embedded' }, async (world) => {
        for (const host of world.hosts.all) for (const failure of slow) host.fail(failure);
        const before = runs(world);
        const first = await world.running('all');
        const { pull } = await world.merge();
        await until('the moment, with every host on the forge', () =>
          come(world) && world.names.every((name) => world.deployments(name).length > 0) ? true : null,
        );
        await first.kill();
        await world.running('all');
        expect(await wrongAtTheEnd(world, pull, before)).toEqual([]);
      }),
  );
});

describe.skipIf(redisProgram === null)(
  `the private Redis${redisProgram === null ? ` (${withoutRedis})` : ''}`,
  { concurrent: true },
  () => {
    test('killed in the middle of a rollout: it comes back with what it knew', { timeout: patience }, () =>
      within({ hosts: 3, redis: 'child' }, async (world) => {
        for (const host of world.hosts.all) host.fail({ kind: 'activation-slow', ms: 500 });
        const before = runs(world);
        await world.running('all');
        const { pull } = await world.merge();
        await until('the activation', () => (world.truth('h00').switching ? true : null));
        process.kill(await serverOf(world), 'SIGKILL');
        expect(await wrongAtTheEnd(world, pull, before)).toEqual([]);
      }),
    );

    test(
      'lost with its files and the bot: everything is made anew, and nothing is told twice',
      { timeout: patience },
      () =>
        within({ hosts: 3, redis: 'child' }, async (world) => {
          for (const host of world.hosts.all) host.fail({ kind: 'activation-slow', ms: 4_000 });
          const before = runs(world);
          const first = await world.running('all');
          const { pull } = await world.merge();
          await until('the activation, with the report and every host on the forge', () => {
            const told = world.comments(pull, '### Deploy of').length === 1;
            const mirrored = world.names.every((name) => world.deployments(name).length > 1);
            return told && mirrored && world.truth('h00').switching ? true : null;
          });
          const server = await serverOf(world);
          await first.kill();
          await until('the end of its Redis', () => (isAlive(server) ? null : true));
          await rm(path.join(world.folder, 'state'), { recursive: true, force: true });
          await world.running('all');
          expect(await wrongAtTheEnd(world, pull, before)).toEqual([]);
        }),
    );
  },
);

async function serverOf(world: BotWorld): Promise<number> {
  const client = new Redis({ path: path.join(world.folder, 'state', 'redis', 'redis.sock') });
  try {
    return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  } finally {
    client.disconnect();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
