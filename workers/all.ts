import { runBot } from '../src/run-bot.ts';

// Web and workers in one process: `npm start`.
await runBot({ web: true, workers: true });
