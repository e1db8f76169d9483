import { runBot } from '../src/run-bot.ts';

// Only what takes webhooks in; the work is done by other processes on the same Redis.
await runBot({ web: true, workers: false });
