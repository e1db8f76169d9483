import { pino } from 'pino';
import { findRedisProgram } from '../src/adapters/queue/find-redis-program.ts';
import { type Settings, settingsOfProcess } from '../src/config/settings.ts';
import type { PracticeForge } from '../src/demo/forge/practice-forge.ts';
import { people, type PracticeWorld, practiceRepository, startPracticeWorld } from '../src/demo/practice-world.ts';
import { type Bench, median, rounded } from './bench.ts';

const rounds = 7;
const mostMs = 1_000;
const mostCalls = 15;

/**
 * A DNS ask from the webhook to its pull request, on a practice forge that answers at once: so this is what the bot
 * itself takes. Judged on the slowest kind of Redis, and by whichever of the two bounds is nearer: time or calls.
 */
export const dnsAsk: Bench = {
  name: 'dns-ask',
  async run() {
    const parsed = settingsOfProcess();
    if (parsed.kind === 'invalid') throw new Error(parsed.mistakes.join('\n'));
    const { settings } = parsed;
    const kinds: Settings['REDIS_KIND'][] = ['embedded'];
    if ((await findRedisProgram(settings.programFolders, false)) !== null) kinds.push('child');
    const byKind: Record<string, { readonly ms: number; readonly calls: number }> = {};
    for (const kind of kinds) byKind[kind] = await measure(withoutServer(settings, kind));
    const all = Object.values(byKind);
    const time = Math.max(...all.map(({ ms }) => ms)) / mostMs;
    const calls = Math.max(...all.map(({ calls: made }) => made)) / (mostCalls - 1);
    return { ratio: rounded(Math.max(time, calls)), limit: 1, bound: 'at-most', byKind };
  },
};

function withoutServer(settings: Settings, kind: Settings['REDIS_KIND']): Settings {
  const others = Object.entries(settings).filter(([key]) => key !== 'REDIS_URL');
  return { ...(Object.fromEntries(others) as Settings), REDIS_KIND: kind };
}

async function measure(settings: Settings): Promise<{ readonly ms: number; readonly calls: number }> {
  const world = await startPracticeWorld({
    forgePort: 0,
    webPort: 0,
    settings,
    logger: pino({ level: 'silent' }),
    listen: () => {},
    model: false,
  });
  try {
    // The first ask reads the whole repository; the others find its blobs, as a bot that runs for days does.
    const first = await oneAsk(world, 1);
    const times: number[] = [];
    let calls = first.calls;
    for (let round = 2; round <= rounds + 1; round += 1) {
      const one = await oneAsk(world, round);
      times.push(one.ms);
      calls = Math.max(calls, one.calls);
    }
    return { ms: rounded(median(times)), calls };
  } finally {
    await world.close();
  }
}

async function oneAsk({ forge }: PracticeWorld, round: number) {
  await rested(forge);
  const before = forge.requests.length;
  const began = performance.now();
  const title = `Add an A record bench${round}.fleet.lan 10.0.20.${100 + round}`;
  await forge.openIssue(practiceRepository, { login: people.owner, title });
  for (;;) {
    const made = forge.requests
      .slice(before)
      .findIndex(({ method, route }) => method === 'POST' && route === '/repos/{owner}/{repo}/pulls');
    if (made !== -1) return { ms: performance.now() - began, calls: made + 1 };
    if (performance.now() - began > 30_000) throw new Error('no pull request came');
    await pause(1);
  }
}

/** The plan of the pull request before must not be counted, nor take time, in this one. */
async function rested(forge: PracticeForge): Promise<void> {
  for (let seen = -1; seen !== forge.requests.length; ) {
    seen = forge.requests.length;
    await pause(300);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
