import path from 'node:path';
import process from 'node:process';
import { createLogger, logOf } from './adapters/log/pino-log.ts';
import { startWeb } from './app.ts';
import { environmentFile, settingsOfProcess } from './config/settings.ts';
import { Fault } from './core/fault.ts';
import { startSetUp } from './web/set-up.ts';
import { identityOf, wire } from './wiring.ts';

export interface Sides {
  readonly web: boolean;
  readonly workers: boolean;
}

/** How long work that runs may take to end after SIGTERM. What is left then is taken up by the next process. */
const graceMs = 20_000;

/** Runs the bot until it is told to stop. Every way in which it cannot start ends with one sentence and an exit code. */
export async function runBot(sides: Sides): Promise<void> {
  const parsed = settingsOfProcess();
  if (parsed.kind === 'invalid')
    return fail(['The settings are wrong:', ...parsed.mistakes.map((mistake) => `  ${mistake}`)].join('\n'));
  const { settings } = parsed;
  // Two processes with a Redis each would never hear of one another.
  if (!(sides.web && sides.workers) && settings.REDIS_URL === undefined) {
    return fail('Web and workers as separate processes need one Redis for both: set REDIS_URL, or use `npm start`.');
  }
  try {
    const identity = await identityOf(settings);
    if ('missing' in identity) {
      if (identity.missing.length === 3 && sides.web) return await serveSetUp();
      return fail(
        `The GitHub App is not configured: ${identity.missing.join(', ')} ${identity.missing.length === 1 ? 'is' : 'are'} missing. \`npm start\` with nothing configured registers one.`,
      );
    }
    if (settings.FLEETWRIGHT_REPOSITORIES.length === 0) {
      process.stderr.write('FLEETWRIGHT_REPOSITORIES names no repository, so the bot serves none.\n');
    }
    const wired = await wire(settings, identity);
    const log = logOf(wired.logger);
    // The door opens first: what comes while the work begins waits in the queues, and a port that is taken is noticed
    // before anything is worked on.
    const web = sides.web
      ? await startWeb({
          settings: { ...identity, host: settings.HOST, port: settings.PORT, baseUrl: settings.GITHUB_API_URL },
          queue: wired.queue,
          clock: wired.bot.clock,
          log: wired.logger,
        })
      : null;
    const work = sides.workers ? await wired.startWorkers() : null;
    log.info('the bot runs', { ...sides, repositories: settings.FLEETWRIGHT_REPOSITORIES });
    await untilToldToStop();
    log.info('the bot stops');
    // The door closes first, so that nothing new comes while the work ends.
    await web?.stop();
    await work?.stop(graceMs);
    await wired.close();
    process.exit(0);
  } catch (error) {
    const sentence = cannotStart(error, settings.HOST, settings.PORT);
    if (sentence === null) throw error;
    fail(sentence, 1);
    // What was opened before would keep the process alive; the private Redis ends with it.
    process.exit();
  }

  async function serveSetUp(): Promise<void> {
    const logger = createLogger(settings.LOG_LEVEL, (text) => text);
    const setUp = await startSetUp(
      {
        host: settings.HOST,
        port: settings.PORT,
        production: settings.NODE_ENV === 'production',
        outsideProxy: settings.FLEETWRIGHT_OUTSIDE_PROXY,
        environmentFile: path.resolve(environmentFile),
      },
      logger,
    );
    if (setUp.kind === 'refused') return fail(setUp.sentence);
    process.stdout.write(
      `No GitHub App is configured yet. Open ${setUp.address} to register one; then start the bot again.\n`,
    );
    await untilToldToStop();
    await setUp.stop();
    process.exit(0);
  }
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

/** The sentence for a world that is not ready for the bot; null for a bug of ours, which keeps its stack. */
function cannotStart(error: unknown, host: string, port: number): string | null {
  if (error instanceof Fault) return error.message;
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'listen') return null;
  const code = 'code' in error ? String(error.code) : 'unknown';
  const why = code === 'EADDRINUSE' ? 'is already in use' : `cannot be listened on (${code})`;
  return `The address ${host}:${port} ${why}: set HOST and PORT to one that is free.`;
}

/** 2: it was called wrongly, as everywhere on the command line. */
function fail(sentence: string, exitCode: 1 | 2 = 2): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = exitCode;
}
