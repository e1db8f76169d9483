import { runBot } from '../src/run-bot.ts';

// Only the work; webhooks are taken in by another process on the same Redis.
await runBot({ web: false, workers: true });
