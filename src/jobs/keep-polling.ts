import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { type PollParts, pollDeliveries } from './poll-deliveries.ts';
import type { Consumer } from './queue.ts';

/** Polls again and again until stopped. A poll that fails is tried again at its next time. */
export function keepPolling(parts: PollParts, everyMs: number, clock: Clock, log: Log): Consumer {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const added = await pollDeliveries(parts);
        if (added > 0) log.info('deliveries were read from the forge', { added });
      } catch (error) {
        log.warn('the deliveries could not be read', { error });
      }
      await clock.sleep(everyMs, stopping.signal).catch(() => {});
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
