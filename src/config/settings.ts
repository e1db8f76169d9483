import { z } from 'zod';
import { mistakeWords } from './mistake-words.ts';
import { parseRepositoryName, type RepositoryName } from '../core/names.ts';

/**
 * The operator's settings, read once from the environment. This file and its neighbours are the only readers of it.
 * Each key's description becomes a row of the README.
 */
const flag = z.enum(['true', 'false', '1', '0', 'yes', 'no']).transform((word) => ['true', '1', 'yes'].includes(word));

const repositories = z.string().transform((text, context): readonly RepositoryName[] =>
  text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const name = parseRepositoryName(word);
      if (name !== null) return [name];
      context.addIssue({ code: 'custom', message: `"${word}" is not of the form owner/name` });
      return [];
    }),
);

export const settingsShape = z.object({
  APP_ID: z
    .string()
    .regex(/^\d+$/, 'must be the number of the GitHub App')
    .optional()
    .describe('The number of the GitHub App.'),
  PRIVATE_KEY: z.string().optional().describe("The App's private key (PEM; `\\n` may stand for line ends)."),
  PRIVATE_KEY_PATH: z.string().optional().describe('A file with that key, instead of `PRIVATE_KEY`.'),
  WEBHOOK_SECRET: z.string().min(1).optional().describe('The secret by which webhooks are signed.'),
  GITHUB_API_URL: z
    .url()
    .default('https://api.github.com')
    .describe('The REST address of GitHub or a GitHub Enterprise Server.'),
  FLEETWRIGHT_REPOSITORIES: repositories
    .default([])
    .describe('The repositories that the bot serves, `owner/name`, by comma or blank. Empty: none.'),
  FLEETWRIGHT_STATE: z.string().default('.fleetwright').describe('The folder for mirrors, logs and the private Redis.'),
  FLEETWRIGHT_SSH_KEYS: z
    .string()
    .default('.fleetwright/ssh')
    .describe('The folder with one private key per repository: `owner__name`.'),
  FLEETWRIGHT_POLL: flag
    .default(false)
    .describe("Read the App's deliveries from GitHub instead of waiting for webhooks."),
  FLEETWRIGHT_POLL_SECONDS: z.coerce.number().min(5).max(3600).default(30).describe('How often to read them.'),
  REDIS_URL: z
    .url({ protocol: /^(rediss?|unix)$/, error: 'is no address of a Redis, as redis://127.0.0.1:6379' })
    .optional()
    .describe('Redis or Valkey. Without it a private server is started, or the embedded one.'),
  REDIS_KIND: z
    .enum(['auto', 'child', 'embedded'])
    .default('auto')
    .describe('Which kind to start where `REDIS_URL` is not given.'),
  ANTHROPIC_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('The key for Claude. Without it only changes that need no model are made.'),
  ANTHROPIC_BASE_URL: z.url().optional().describe('Another address for Claude.'),
  FLEETWRIGHT_MODEL: z.string().default('claude-opus-5-5').describe('The model that writes changes.'),
  FLEETWRIGHT_MODEL_MAX_TURNS: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(40)
    .describe('The most turns that one change may take.'),
  FLEETWRIGHT_MODEL_MAX_DOLLARS: z.coerce
    .number()
    .min(0.01)
    .max(100)
    .default(5)
    .describe('The most that one change may cost.'),
  FLEETWRIGHT_EVALUATE: flag
    .default(false)
    .describe(
      'Evaluate the hosts that a change may reach, with the Nix on the worker, and deploy only those whose system differs. This runs what people with write permission wrote, confined; never a fork. The inputs of the flake must be in the store already.',
    ),
  FLEETWRIGHT_EVALUATE_SECONDS: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(180)
    .describe('How long the evaluation of one host may take; a host that takes longer counts as changed.'),
  FLEETWRIGHT_EVALUATE_MEGABYTES: z.coerce
    .number()
    .int()
    .min(256)
    .max(262_144)
    .default(4096)
    .describe('How much memory the evaluation of one host may take.'),
  FLEETWRIGHT_EVALUATE_PARALLEL: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(2)
    .describe('How many hosts are evaluated at once.'),
  HOST: z.string().default('127.0.0.1').describe('The address that the web process listens on.'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('Its port.'),
  FLEETWRIGHT_OUTSIDE_PROXY: flag
    .default(false)
    .describe(
      'Let the set-up page ask smee.io, an outside service, for an address that forwards webhooks to this machine.',
    ),
  NODE_ENV: z.string().optional().describe('`production`: the set-up page is not served.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('How much is logged.'),
});

export type Settings = Readonly<z.output<typeof settingsShape>> & {
  /** Folders to look for programs in, as the environment's PATH names them. */
  readonly programFolders: readonly string[];
  /** Where the command line may keep what is costly to find out; null where the environment names no such place. */
  readonly cacheFolder: string | null;
};

export type ParsedSettings =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'invalid'; readonly mistakes: readonly string[] };

/** Reads settings from an environment. An empty value counts as not given, as docker compose passes unset ones. */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): ParsedSettings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settingsShape.safeParse(given);
  if (!parsed.success) {
    return {
      kind: 'invalid',
      mistakes: parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${mistakeWords(issue)}`),
    };
  }
  const programFolders = (environment['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return { kind: 'settings', settings: { ...parsed.data, programFolders, cacheFolder: cacheFolderOf(environment) } };
}

/** XDG Base Directory Specification: `$XDG_CACHE_HOME`, else `~/.cache`; a relative path is to be ignored. */
function cacheFolderOf(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '' } = environment;
  if (cache.startsWith('/')) return `${cache}/fleetwright`;
  return home.startsWith('/') ? `${home}/.cache/fleetwright` : null;
}

/** Where the set-up page keeps the App's number, key and secret, and where they are read from at the next start. */
export const environmentFile = '.env';

/** The settings of this process: its environment, and what the environment file adds to it. */
export function settingsOfProcess(): ParsedSettings {
  try {
    // What the environment itself says wins over the file (Node's own rule for `loadEnvFile`).
    process.loadEnvFile(environmentFile);
  } catch {
    // There is no such file: the environment is all there is.
  }
  return parseSettings(process.env);
}
