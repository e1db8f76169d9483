import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Budgets } from './budgets.ts';
import { gitOverHttp } from './git-http.ts';
import type { Ground } from './ground.ts';
import { Injections, type Rule } from './inject.ts';
import type { JournalEntry, RequestEntry } from './journal.ts';
import { Land } from './land.ts';
import { Onlooker } from './onlooker.ts';
import { pageSide } from './pages/page-side.ts';
import { People } from './people.ts';
import { Router } from './router.ts';
import { everyRoute } from './routes/every-route.ts';
import { makeServer } from './server.ts';
import { userNamed, type Permissions, type User, type World } from './state.ts';
import { TokenBook } from './tokens.ts';
import { giveUpAfterMs, Webhooks, type Delivery } from './webhooks.ts';

export interface PracticeForgeOptions {
  /** 0 by default: any free port. */
  readonly port?: number;
  readonly host: string;
  /** Where the repositories live; a folder of its own is made in it and removed by `close`. */
  readonly stateFolder: string;
  readonly webhookUrl?: string;
  readonly webhookSecret: string;
  readonly log?: (line: string) => void;
  /** What the App was granted; all that the bot could need by default. */
  readonly permissions?: Permissions;
  /** What the App subscribed to. */
  readonly events?: readonly string[];
  readonly slug?: string;
  /** The primary rate limit of each installation; 5,000 by default, as GitHub's. */
  readonly requestsPerHour?: number;
  /** How long a delivery may take; 10 seconds by default, as GitHub's. */
  readonly deliveryTimeoutMs?: number;
  /** For tests of what expires. */
  readonly now?: () => Date;
}

/** GitHub as the bot sees it, on loopback, with real git underneath. */
export interface PracticeForge extends People {
  /** The base of the REST API, of the pages and of the git addresses. */
  readonly url: string;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly clientId: string;
    readonly privateKeyPem: string;
  };
  /** What can be seen without a token. */
  readonly seen: Onlooker;
  /** Every write, in order: those of the bot by their route's template, those of people by the name of the act. */
  readonly journal: readonly JournalEntry[];
  /** Every REST request. */
  readonly requests: readonly RequestEntry[];
  /** From now on events are sent there (null: nowhere; they are kept to be read all the same). */
  webhooksTo(url: string | null): void;
  /** Sends an event again under its GUID. False where there is none. */
  redeliver(guid: string): boolean;
  /** The oldest first. */
  deliveries(): readonly Delivery[];
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>;
  /** Orders trouble for requests to come; call what is returned to take it back. */
  inject(rule: Rule): () => void;
  /** Refuses every token that was given out so far. */
  revokeTokens(): void;
  close(): Promise<void>;
}

const defaultPermissions: Permissions = {
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
};

const defaultEvents = ['issues', 'issue_comment', 'pull_request', 'push', 'check_run'];

/** Starts the forge with an App registered on it, whose key is made now. */
export async function startPracticeForge(options: PracticeForgeOptions): Promise<PracticeForge> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  await mkdir(options.stateFolder, { recursive: true });
  const folder = await mkdtemp(join(options.stateFolder, 'practice-forge-'));
  const world = makeWorld(options, publicKey);
  const webhooks = new Webhooks(world, {
    secret: options.webhookSecret,
    target: options.webhookUrl ?? null,
    timeoutMs: options.deliveryTimeoutMs ?? giveUpAfterMs,
  });
  const ground: Ground = { world, webhooks, tokens: new TokenBook() };
  const journal: JournalEntry[] = [];
  const requests: RequestEntry[] = [];
  const injections = new Injections();
  const budgets = new Budgets(options.requestsPerHour ?? 5000, () => world.now());
  const people = new People(ground, new Land(ground, folder), journal);
  const router = new Router(everyRoute(budgets));
  const log = options.log ?? (() => {});
  const server = makeServer({ ground, router, injections, budgets, journal, requests, log }, [
    gitOverHttp(ground),
    pageSide(world, people),
  ]);
  try {
    world.url = await listen(server, options.host, options.port ?? 0);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return Object.assign(people, {
    url: world.url,
    app: { id: world.app.id, slug: world.app.slug, clientId: world.app.clientId, privateKeyPem: privateKey },
    seen: new Onlooker(world),
    journal,
    requests,
    webhooksTo: (url: string | null) => webhooks.sendTo(url),
    redeliver: (guid: string) => webhooks.redeliver((delivery) => delivery.guid === guid),
    deliveries: () => webhooks.deliveries(),
    settled: () => webhooks.settled(),
    inject: (rule: Rule) => injections.add(rule),
    revokeTokens: () => ground.tokens.revokeAll(),
    close: async () => {
      await webhooks.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      for (const repository of world.repositories.values()) repository.git.close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

/** Listens and returns the base of every address. Rejects with node's own error, `EADDRINUSE` among them. */
async function listen(server: Server, host: string, wanted: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function makeWorld(options: PracticeForgeOptions, publicKeyPem: string): World {
  let last = 1000;
  const nextId = (): number => ++last;
  const users = new Map<string, User>();
  const now = options.now ?? (() => new Date());
  const slug = options.slug ?? 'fleetwright';
  const owner = userNamed({ users, nextId }, 'operator');
  const bot = userNamed({ users, nextId }, `${slug}[bot]`);
  const app = {
    id: nextId(),
    slug,
    clientId: `Iv23practice${randomUUID().slice(0, 8)}`,
    owner,
    bot,
    publicKeyPem,
    permissions: options.permissions ?? defaultPermissions,
    events: options.events ?? defaultEvents,
    createdAt: now(),
  };
  return { url: '', app, users, repositories: new Map(), installations: new Map(), nextId, now };
}
