import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../src/app.ts';
import { redisProgram, scratchFolder, withoutRedis } from '../adapters/queue/redis-kinds.ts';
import { type BotProcess, compilePrograms, type Entry, type Programs, root } from './bot-processes.ts';
import { type BotWorld, fleetRepository, until, type WorldOptions } from './bot-world.ts';
import { withinWorld } from './within-world.ts';

/** The bot as operators run it: one process or several, started, stopped, and started wrongly. */

let programs: Programs;
beforeAll(async () => {
  programs = await compilePrograms();
});
afterAll(() => programs.remove());

const patience = 110_000;

const within = (options: WorldOptions, play: (world: BotWorld) => Promise<void>) =>
  withinWorld(programs, options, play);

describe.skipIf(redisProgram === null)(
  `processes on one Redis${redisProgram === null ? ` (${withoutRedis})` : ''}`,
  { concurrent: true },
  () => {
    test('one for webhooks and three that work share twenty hosts, each activated once', { timeout: patience }, () =>
      within({ hosts: 20, redis: 'configured' }, async (world) => {
        await Promise.all([world.running('web'), ...[1, 2, 3].map(() => world.running('jobs'))]);
        const { pull } = await world.merge();
        expect(await world.report(pull)).toContain('Done: 20 deployed.');
        expect(world.comments(pull, '### Deploy of')).toHaveLength(1);
        for (const name of world.names) {
          const { running, profile, bootDefault } = world.truth(name);
          expect([profile, bootDefault]).toEqual([running, running]);
          expect([name, world.activations(name)]).toEqual([name, 1]);
        }
      }),
    );

    test(
      'SIGTERM ends a worker in the middle with 0, within its grace, and the next goes on at once',
      { timeout: patience },
      () =>
        within({ hosts: 3, redis: 'configured' }, async (world) => {
          for (const host of world.hosts.all) host.fail({ kind: 'activation-slow', ms: 2_000 });
          await world.running('web');
          const first = await world.running('jobs');
          const { pull } = await world.merge();
          await until('the activation', () => (world.truth('h00').switching ? true : null));
          const second = world.running('jobs');
          const stopping = first.stop();
          const code = await Promise.race([stopping, sleep(25_000, 'too late' as const)]);
          expect(code).toBe(0);
          await second;
          expect(await world.report(pull)).toContain('Done: 3 deployed.');
          for (const name of world.names) expect([name, world.activations(name)]).toEqual([name, 1]);
        }),
    );

    test('a delivery that came while nobody listened is read at the start', { timeout: patience }, () =>
      within({ hosts: 2, redis: 'configured' }, async (world) => {
        const pull = await world.propose({
          'common.nix': '{ services.openssh.enable = true; services.chrony.enable = true; }\n',
        });
        await world.forge.comment(fleetRepository, pull, 'ann', '/help');
        await world.forge.settled();
        expect(world.forge.deliveries().every(({ statusCode }) => statusCode < 200 || statusCode > 299)).toBe(true);
        await world.running('all');
        await until('the plan', () => world.comments(pull, '### Plan')[0]);
        await until('the help', () => world.comments(pull, '/deploy').find((body) => body.includes('/help')));
      }),
    );

    test(
      'with polling, nobody needs to reach the bot: what was missed and what comes is read',
      { timeout: patience },
      () =>
        within(
          { hosts: 2, redis: 'configured', environment: { FLEETWRIGHT_POLL: 'true', FLEETWRIGHT_POLL_SECONDS: '5' } },
          async (world) => {
            world.forge.webhooksTo(null);
            const first = await world.running('jobs');
            await until('the first look', () =>
              world.forge.requests.some(({ path: at }) => at.includes('/app/hook/deliveries')) ? true : null,
            );
            expect(await first.stop()).toBe(0);
            const pull = await world.propose({
              'common.nix': '{ services.openssh.enable = true; services.chrony.enable = true; }\n',
            });
            await world.running('jobs');
            await until('the plan', () => world.comments(pull, '### Plan')[0]);
            await world.forge.merge(fleetRepository, pull, 'ann');
            expect(await world.report(pull)).toContain('Done: 2 deployed.');
            expect(world.comments(pull, '### Deploy of')).toHaveLength(1);
          },
        ),
    );
  },
);

/** Starts something that cannot start, and gives back its sentences and its exit code. */
async function refusedStart(
  entry: Entry,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  const scratch = await scratchFolder();
  let started: BotProcess | null = null;
  try {
    started = programs.start(entry, { LOG_LEVEL: 'fatal', ...environment }, scratch.path);
    const code = await started.ended();
    return { code, lines: started.lines };
  } finally {
    await started?.kill();
    await scratch.remove();
  }
}

const identity = { APP_ID: '7', PRIVATE_KEY: 'a key', WEBHOOK_SECRET: 'a secret' };

describe('a start that cannot be is refused with one sentence and an exit code', { concurrent: true }, () => {
  test.each<readonly [string, Entry, Readonly<Record<string, string>>, RegExp, 1 | 2]>([
    ['web without a Redis', 'web', identity, /^Web and workers as separate processes need one Redis.*REDIS_URL/, 2],
    [
      'workers without a Redis',
      'jobs',
      identity,
      /^Web and workers as separate processes need one Redis.*REDIS_URL/,
      2,
    ],
    ['half an identity', 'all', { APP_ID: '7' }, /PRIVATE_KEY or PRIVATE_KEY_PATH, WEBHOOK_SECRET are missing/, 2],
    [
      'workers without an identity',
      'jobs',
      { REDIS_URL: 'redis://127.0.0.1:1' },
      /^The GitHub App is not configured/,
      2,
    ],
    [
      'a Redis that does not answer',
      'all',
      { ...identity, REDIS_URL: 'redis://127.0.0.1:1' },
      /127\.0\.0\.1:1 does not answer/,
      1,
    ],
    [
      'a key file that is not there',
      'all',
      { ...identity, PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/nonexistent/key.pem' },
      /\/nonexistent\/key\.pem/,
      1,
    ],
    ['nothing configured in production', 'all', { NODE_ENV: 'production' }, /^No GitHub App is configured/, 2],
  ])('%s', { timeout: 30_000 }, async (_, entry, environment, sentence, exitCode) => {
    const { code, lines } = await refusedStart(entry, environment);
    expect(lines.join('\n')).toMatch(sentence);
    expect(lines.filter((line) => !line.startsWith('FLEETWRIGHT_REPOSITORIES names no repository'))).toHaveLength(1);
    expect(code).toBe(exitCode);
  });

  test('settings that are wrong, every one of them', { timeout: 30_000 }, async () => {
    const { code, lines } = await refusedStart('all', {
      APP_ID: 'seven',
      PORT: '99999',
      FLEETWRIGHT_REPOSITORIES: 'fleet',
    });
    expect(lines.join('\n')).toMatch(/^The settings are wrong:/);
    for (const name of ['APP_ID', 'PORT', 'FLEETWRIGHT_REPOSITORIES'])
      expect(lines.join('\n')).toContain(`  ${name}: `);
    expect(code).toBe(2);
  });

  test('a port that somebody has', { timeout: 60_000 }, () =>
    within({ hosts: 1, redis: 'embedded' }, async (world) => {
      await world.running('all');
      const second = world.start('all', { LOG_LEVEL: 'fatal', FLEETWRIGHT_STATE: path.join(world.folder, 'other') });
      expect(await second.ended()).toBe(1);
      expect(second.lines).toHaveLength(1);
      expect(second.lines[0]).toMatch(`127.0.0.1:${world.port} is already in use`);
    }),
  );
});

describe('nothing configured', { concurrent: true }, () => {
  test('npm start serves the page that registers the App of app.yml, and SIGTERM ends it', {
    timeout: 30_000,
  }, async () => {
    const scratch = await scratchFolder();
    await copyFile(path.join(root, 'app.yml'), path.join(scratch.path, 'app.yml'));
    const port = await freePort('127.0.0.1');
    const started = programs.start('all', { PORT: String(port) }, scratch.path);
    try {
      expect(await started.said('No GitHub App is configured yet.')).toContain(`http://127.0.0.1:${port}`);
      const page = await (await fetch(`http://127.0.0.1:${port}/probot`)).text();
      const manifest = /id="manifest" value='([^']+)'/.exec(page)?.[1];
      expect(JSON.parse(manifest ?? '')).toMatchObject({
        public: false,
        default_permissions: { contents: 'write', deployments: 'write', pull_requests: 'write' },
      });
      expect(await started.stop()).toBe(0);
      await expect(readFile(path.join(scratch.path, '.env'))).rejects.toThrow('ENOENT');
    } finally {
      await started.kill();
      await scratch.remove();
    }
  });

  test('and no app.yml: no page, which would register an App for everybody', { timeout: 30_000 }, async () => {
    const { code, lines } = await refusedStart('all', {});
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('holds no app.yml');
    expect(code).toBe(2);
  });
});
