import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenRedis, openRedis, type RedisSettings } from '../../../src/adapters/queue/open-redis.ts';
import { bullWorkQueue } from '../../../src/adapters/queue/work-queue.ts';
import { bullWorkSource } from '../../../src/adapters/queue/work-source.ts';

/** A process of its own, for tests that kill one. What it does stands in its argument; what it did goes to stdout. */
export type Errand =
  /** Opens Redis, says the server's process id, and stays. */
  | { readonly kind: 'open'; readonly redis: RedisSettings }
  /** Opens Redis, adds one job, says so, and stays. */
  | { readonly kind: 'add'; readonly redis: RedisSettings; readonly payload: unknown }
  /** Consumes; says each payload; then ends the job, or hangs in it for ever. */
  | { readonly kind: 'consume'; readonly redis: RedisSettings; readonly end: 'done' | 'hang' };

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function run(errand: Errand): Promise<void> {
  const redis = await openRedis(errand.redis, quiet);
  await doIt(errand, redis);
  // Redis's connections are alive anyway; this says that staying is meant.
  await sleep(600_000);
}

async function doIt(errand: Errand, redis: OpenRedis): Promise<void> {
  switch (errand.kind) {
    case 'open': {
      const info = await redis.connect('commands').info('server');
      say(`server ${/process_id:(\d+)/.exec(info)?.[1] ?? '?'}`);
      return;
    }
    case 'add': {
      await bullWorkQueue(redis.connect('commands'), 'fleetwright', quiet).add('deploy', errand.payload);
      say('added');
      return;
    }
    case 'consume': {
      const source = bullWorkSource({
        connect: () => redis.connect('worker'),
        prefix: 'fleetwright',
        log: quiet,
        timing: { lockMs: 1_000, lookMs: 250 },
      });
      source.consume(
        'deploy',
        async (payload, { attempt }) => {
          say(`run ${JSON.stringify(payload)} attempt ${attempt}`);
          if (errand.end === 'hang') await sleep(600_000);
          say('done');
        },
        { concurrency: 1 },
      );
      say('consuming');
      return;
    }
  }
}

const argument = process.argv[2];
if (argument !== undefined) await run(JSON.parse(argument) as Errand);
