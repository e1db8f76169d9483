import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import type { Logger } from 'pino';
import { run } from 'probot';

export interface SetUpSettings {
  readonly host: string;
  readonly port: number;
  /** Whether NODE_ENV says production. */
  readonly production: boolean;
  /** Let Probot ask smee.io, an outside service, for an address that forwards webhooks to this machine. */
  readonly outsideProxy: boolean;
  /** Where the App's number, key and secret are kept; `.env` in the working folder is what `npm start` reads. */
  readonly environmentFile: string;
}

export type SetUp =
  | { readonly kind: 'serving'; readonly address: string; stop(): Promise<void> }
  | { readonly kind: 'refused'; readonly sentence: string };

/**
 * Serves Probot's set-up page, which registers the App on GitHub from `app.yml` and keeps what GitHub gives back.
 * For a bot that has no App yet. Probot's own page fails in production, and there it is better not to serve it at all:
 * whoever reaches it first owns the App.
 */
export async function startSetUp(settings: SetUpSettings, log: Logger): Promise<SetUp> {
  if (settings.production) {
    return {
      kind: 'refused',
      sentence:
        'No GitHub App is configured, and the set-up page is not served under NODE_ENV=production. Run `npm start` ' +
        'once without it to register the App, or set APP_ID, PRIVATE_KEY (or PRIVATE_KEY_PATH) and WEBHOOK_SECRET.',
    };
  }
  // Probot reads it from the working folder. Without it the page would register a public App that asks for no rights.
  if (!existsSync('app.yml')) {
    return {
      kind: 'refused',
      sentence: `No GitHub App is configured, and ${process.cwd()} holds no app.yml to register one from: run \`npm start\` in the folder of the program.`,
    };
  }
  const keep: typeof updateNothing = (values) => {
    keepInFile(settings.environmentFile, values);
    return values;
  };
  const server = await run(() => {}, {
    // Nothing from our environment: Probot would start as an App where it finds half of one.
    env: { HOST: settings.host, PORT: String(settings.port), NODE_ENV: 'development' },
    log,
    updateEnv: keep,
    // Probot asks this for a channel at smee.io before it serves; ours answers that there is none.
    ...(settings.outsideProxy ? {} : { SmeeClient: { createChannel: async () => undefined } }),
  });
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return { kind: 'serving', address: `http://${host}:${server.port}`, stop: () => server.stop() };
}

type Values = Readonly<Record<string, string | undefined>>;
const updateNothing = (values: Values): Values => values;

/** Sets keys in an environment file and leaves its other lines as they are. It holds a private key: only for its owner. */
function keepInFile(path: string, values: Values): void {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (given.length === 0) return;
  const names = new Set(given.map(([name]) => name));
  const before = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const kept = before.filter((line) => line !== '' && !names.has(line.split('=', 1)[0]?.trim() ?? ''));
  const added = given.map(([name, value]) => `${name}=${value.replaceAll('\n', '\\n')}`);
  writeFileSync(path, `${[...kept, ...added].join('\n')}\n`, { mode: 0o600 });
  // The mode above counts only for a file that is new.
  chmodSync(path, 0o600);
}
