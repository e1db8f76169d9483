import type { Programs } from './bot-processes.ts';
import { type BotWorld, openWorld, type WorldOptions } from './bot-world.ts';

/** Plays a test in a world of its own. Where it fails, everything that the bot said is told. */
export async function withinWorld(
  programs: Programs,
  options: WorldOptions,
  play: (world: BotWorld) => Promise<void>,
): Promise<void> {
  const world = await openWorld(programs, options);
  try {
    await play(world);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${world.said()}`, { cause: error });
  } finally {
    await world.close();
  }
}
