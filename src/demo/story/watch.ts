import type { StoryEvent } from '../../core/story.ts';
import { systemClock } from '../../core/system-clock.ts';
import type { Conversation } from '../forge/onlooker.ts';
import type { PracticeWorld } from '../practice-world.ts';
import { practiceRepository } from '../practice-world.ts';

/** Something that the story waited for did not happen. */
export class StoryStopped extends Error {
  constructor(waitedFor: string) {
    super(`The story stopped: it waited for ${waitedFor}, and that did not come.`);
    this.name = 'StoryStopped';
  }
}

const patienceMs = 60_000;

/** Looks at the forge, as a person would, until something is there. */
export async function until<Found>(what: string, look: () => Found | null | undefined): Promise<Found> {
  const end = systemClock.now() + patienceMs;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined) return found;
    if (systemClock.now() > end) throw new StoryStopped(what);
    await systemClock.sleep(20);
  }
}

/** One issue or pull request as it is now. */
export function conversation(world: PracticeWorld, number: number): Conversation {
  const found = world.forge.seen.conversation(practiceRepository, number);
  if (found === null) throw new StoryStopped(`#${number}`);
  return found;
}

/** The bot's newest comment that holds all of the texts. */
export function botComment(world: PracticeWorld, number: number, ...texts: readonly string[]): string | null {
  const bot = `${world.forge.app.slug}[bot]`;
  const comments = conversation(world, number).comments.filter(
    ({ author, body }) => author === bot && texts.every((text) => body.includes(text)),
  );
  return comments.at(-1)?.body ?? null;
}

/** What a person does in the story, told like everything else. */
export type Say = (event: Omit<StoryEvent, 'at'>) => void;
