import type { Settings } from '../config/settings.ts';
import type { StoryEvent } from '../core/story.ts';
import { createLogger } from '../adapters/log/pino-log.ts';
import { type PracticeWorld, practiceRepository, startPracticeWorld } from './practice-world.ts';
import { AnsweredInstead, tellAnyStory, tellLoopStory } from './story/loop-story.ts';
import { tellOwnStory } from './story/own-story.ts';
import { StoryStopped } from './story/watch.ts';

export interface DemoOptions {
  readonly settings: Settings;
  /** End after the story instead of staying up. */
  readonly once: boolean;
  readonly json: boolean;
  /** The text of an issue to play instead of the story. */
  readonly issue: string | null;
  /** A checkout of somebody's own to play on instead of the sample fleet. It is cloned and never written to. */
  readonly repository: string | null;
  readonly print: (line: string) => void;
  /** Resolves when the person wants to stop. */
  readonly stopped: Promise<void>;
}

/** Plays the loop on practice hosts and a practice forge. Resolves to the exit code: 0, or 1 with the reason printed. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const show = (event: StoryEvent) => options.print(options.json ? JSON.stringify(event) : line(event));
  const say = (event: Omit<StoryEvent, 'at'>) => show({ at: new Date().toISOString(), ...event });
  const logger = createLogger(
    options.settings.LOG_LEVEL === 'info' ? 'fatal' : options.settings.LOG_LEVEL,
    (text) => text,
  );
  const world = await startPracticeWorld({
    forgePort: 4280,
    webPort: 4281,
    settings: options.settings,
    logger,
    listen: show,
    latencyMs: options.once ? 0 : 40,
    // For somebody's own fleet there is no script: the model is the one whose key is set, or there is none.
    model: options.repository === null,
    ...(options.repository === null ? {} : { repository: options.repository }),
  });
  try {
    say({
      step: 'started',
      text: `${world.hosts.all.length} practice hosts, the practice forge at ${world.forge.url}, state in ${redisWords(world)}`,
    });
    for (const text of world.leftOut) say({ step: 'left-out', text });
    const code = await play(world, options, say);
    if (options.once) return code;
    say({
      step: 'staying',
      text: `Look around at ${world.forge.url}/${practiceRepository} and type commands there. Ctrl-C ends the demo.`,
    });
    await options.stopped;
    return code;
  } finally {
    await world.close();
  }
}

async function play(
  world: PracticeWorld,
  options: DemoOptions,
  say: (event: Omit<StoryEvent, 'at'>) => void,
): Promise<number> {
  try {
    if (options.issue !== null) await tellAnyStory(world, say, options.issue);
    else if (options.repository !== null) await tellOwnStory(world, say);
    else await tellLoopStory(world, say);
    const violations = world.hosts.violations();
    if (violations.length > 0) {
      say({
        step: 'failed',
        text: `a practice host was asked something outside the closed set: ${violations.join('; ')}`,
      });
      return 1;
    }
    say({ step: 'done', text: 'the story is told' });
    return 0;
  } catch (error) {
    if (error instanceof AnsweredInstead) {
      say({ step: 'answered', text: error.message });
      return 0;
    }
    if (!(error instanceof StoryStopped)) throw error;
    say({ step: 'failed', text: error.message });
    return 1;
  }
}

function redisWords({ wired: { redis } }: PracticeWorld): string {
  return { configured: 'the Redis of REDIS_URL', child: 'a private Redis', embedded: 'the embedded Redis (in memory)' }[
    redis.kind
  ];
}

function line({ at, step, text, host, outcome }: StoryEvent): string {
  const what = [host, outcome].filter((word) => word !== undefined).join(' ');
  return `${at.slice(11, 23)}  ${step.padEnd(26)} ${text}${what === '' || text.includes(what) ? '' : ` (${what})`}`;
}
