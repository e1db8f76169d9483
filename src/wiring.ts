import path from 'node:path';
import type { Logger } from 'pino';
import { claude } from './adapters/anthropic/claude.ts';
import { zonePrograms } from './adapters/name-servers/zone-programs.ts';
import { readSecretFile, sshKeyOf } from './adapters/files/key-files.ts';
import { keptFiles } from './adapters/files/kept-files.ts';
import { programDigest } from './adapters/files/program-digest.ts';
import { gitMirror, type Mirror } from './adapters/git/mirror.ts';
import { spooledBundles } from './adapters/git/spooled-bundles.ts';
import { cloneUrl } from './adapters/github/clone-url.ts';
import { createDeliveryReader } from './adapters/github/delivery-reader.ts';
import { createDeploymentReader } from './adapters/github/deployment-reader.ts';
import { createForgeTrees } from './adapters/github/forge-tree.ts';
import { type CallSeen, createGitHub } from './adapters/github/github-client.ts';
import { createGitHubReader } from './adapters/github/github-reader.ts';
import { createGitHubWriter } from './adapters/github/github-writer.ts';
import { createLogger, logOf } from './adapters/log/pino-log.ts';
import { keptSystemShape, nixEvaluation } from './adapters/nix-cli/nix-evaluation.ts';
import { groundAddresses } from './adapters/net/ground-addresses.ts';
import { networkAsker } from './adapters/net/network-asker.ts';
import { openRedis, type OpenRedis } from './adapters/queue/open-redis.ts';
import { bullPacedQueue } from './adapters/queue/paced-queue.ts';
import { redisHostLocks } from './adapters/queue/redis-host-locks.ts';
import { redisOnce } from './adapters/queue/redis-once.ts';
import { redisPrefix } from './adapters/queue/redis-prefix.ts';
import { redisRecords } from './adapters/queue/redis-records.ts';
import { bullWorkQueue } from './adapters/queue/work-queue.ts';
import { bullWorkSource } from './adapters/queue/work-source.ts';
import { sshLinks } from './adapters/ssh/ssh-links.ts';
import type { Settings } from './config/settings.ts';
import { redactor } from './core/redact.ts';
import type { StoryEvent, Tell } from './core/story.ts';
import { systemClock } from './core/system-clock.ts';
import { reachedMachinesShape } from './fleet/reached-machines.ts';
import { createReadings } from './fleet/readings.ts';
import type { Bot } from './jobs/bot.ts';
import type { RepositoryRef } from './jobs/forge.ts';
import { giveUpHost } from './jobs/drive-host.ts';
import { fleetMachines } from './jobs/fleet-machines.ts';
import { keepPolling } from './jobs/keep-polling.ts';
import { createOutbox } from './jobs/outbox.ts';
import type { Evaluation } from './fleet/evaluation.ts';
import { githubPace, type Pace } from './jobs/pace.ts';
import { pollDeliveries } from './jobs/poll-deliveries.ts';
import type { Consumer, WorkQueue } from './jobs/queue.ts';
import { rolloutReporting } from './jobs/report-rollout.ts';
import { createRolloutReports } from './jobs/rollout-reports.ts';
import { hostLogs } from './jobs/show-logs.ts';
import { startWork } from './jobs/work.ts';
import { createRollouts } from './rollout/rollouts.ts';

/** The App's own names and secrets, once all of them are there. */
export interface AppIdentity {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** What a caller may set beside the settings; the demo and the tests do. */
export interface WiringOptions {
  readonly logger?: Logger;
  /** Told every line of the story, beside the log. */
  readonly listen?: (event: StoryEvent) => void;
  readonly pace?: Pace;
  readonly progressEveryMs?: number;
  /** The model's address plays a script. */
  readonly scriptedModel?: boolean;
  readonly onCall?: CallSeen;
}

/** Everything that runs, made once. Nothing is started by making it but the private Redis. */
export interface Wired {
  readonly settings: Settings;
  readonly app: AppIdentity;
  readonly logger: Logger;
  readonly bot: Bot;
  readonly queue: WorkQueue;
  readonly redis: Pick<OpenRedis, 'kind' | 'durable' | 'note'>;
  /** The worker side: takes up what was left, works until stopped. */
  startWorkers(): Promise<Consumer>;
  close(): Promise<void>;
}

const prefix = redisPrefix;
const day = 24 * 60 * 60 * 1000;

/** The App's identity from the settings, or what is missing of it. */
export async function identityOf(settings: Settings): Promise<AppIdentity | { readonly missing: readonly string[] }> {
  const { APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET } = settings;
  const key = PRIVATE_KEY ?? (PRIVATE_KEY_PATH === undefined ? undefined : await readSecretFile(PRIVATE_KEY_PATH));
  const named = { APP_ID, 'PRIVATE_KEY or PRIVATE_KEY_PATH': key, WEBHOOK_SECRET };
  const missing = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (APP_ID === undefined || key === undefined || WEBHOOK_SECRET === undefined) return { missing };
  return { appId: Number(APP_ID), privateKey: key.replaceAll('\\n', '\n'), webhookSecret: WEBHOOK_SECRET };
}

/** Composes the bot from its settings: settings, then adapters, then one readonly record of what everything works with. */
export async function wire(settings: Settings, app: AppIdentity, options: WiringOptions = {}): Promise<Wired> {
  const redact = redactor([
    app.privateKey,
    app.webhookSecret,
    settings.ANTHROPIC_API_KEY ?? '',
    passwordIn(settings.REDIS_URL),
  ]);
  const logger = options.logger ?? createLogger(settings.LOG_LEVEL, redact);
  const log = logOf(logger);
  const clock = systemClock;
  const stateFolder = path.resolve(settings.FLEETWRIGHT_STATE);
  const redis = await openRedis(
    {
      ...(settings.REDIS_URL === undefined ? {} : { url: settings.REDIS_URL }),
      kind: settings.REDIS_KIND,
      stateFolder,
      programFolders: settings.programFolders,
    },
    logger,
  );
  log.info(redis.note, { redis: redis.kind });
  const client = redis.connect('commands');
  const connect = () => redis.connect('worker');
  const records = redisRecords(client, prefix);
  const queue = bullWorkQueue(client, prefix, logger);
  const paced = bullPacedQueue({ client, connect, prefix, log: logger });

  const github = createGitHub({ ...app, baseUrl: settings.GITHUB_API_URL }, clock, options.onCall);
  const trees = createForgeTrees(github);
  const forge = createGitHubReader(github, trees, clock);
  let lost = !redis.durable;
  const outbox = createOutbox({
    records,
    queue: paced,
    writer: createGitHubWriter(github, forge, trees),
    clock,
    redact,
    note: (note) =>
      note.what === 'posted' ? log.debug('posted', { ...note }) : log.warn('not posted yet', { ...note }),
    pace: options.pace ?? githubPace,
    progressEveryMs: options.progressEveryMs ?? 10_000,
    // Known only once the store was looked at, which is before anything is posted.
    get remembers() {
      return lost ? 'until-restart' : 'durably';
    },
  });
  const folderOf = (repository: RepositoryRef) => repository.name.replace('/', '__');
  const mirrors = new Map<string, Mirror>();
  const mirrorOf = (repository: RepositoryRef): Mirror => {
    const mirror =
      mirrors.get(repository.name) ??
      gitMirror({
        folder: path.join(stateFolder, 'mirrors', `${folderOf(repository)}.git`),
        url: cloneUrl(settings.GITHUB_API_URL, repository.name),
        credentials: async () => ({ user: 'x-access-token', password: await github.readToken(repository) }),
        programFolders: settings.programFolders,
      });
    mirrors.set(repository.name, mirror);
    return mirror;
  };
  const links = async (repository: RepositoryRef['name']) =>
    sshLinks({ privateKey: await sshKeyOf(path.resolve(settings.FLEETWRIGHT_SSH_KEYS), repository), clock });
  const machines = fleetMachines({
    forge,
    clock,
    asker: networkAsker(),
    links,
    // A folder for each repository: a bundle's name is its commits, and a fork has the same ones.
    bundles: (repository) =>
      spooledBundles(mirrorOf(repository), path.join(stateFolder, 'bundles', folderOf(repository))),
  });
  const tell: Tell = (event) => {
    const told: StoryEvent = { at: new Date(clock.now()).toISOString(), ...event, text: redact(event.text) };
    log.info('story', { ...told });
    options.listen?.(told);
  };
  const maker = await programDigest();
  const rollouts = createRollouts(records);
  const bot: Bot = {
    forge,
    outbox,
    queue,
    records,
    durable: redis.durable,
    rollouts,
    reports: createRolloutReports({ report: rolloutReporting({ records, rollouts, outbox }), clock, log }),
    drive: { locks: redisHostLocks(client, prefix, clock), machines },
    logs: hostLogs(links, clock),
    model: modelOf(settings, options),
    zoneCompiler: zonePrograms(settings.programFolders),
    copies: { open: (repository, sha) => mirrorOf(repository).open(sha) },
    evaluation: settings.FLEETWRIGHT_EVALUATE
      ? evaluationIn(
          {
            workspace: path.join(stateFolder, 'evaluate', 'workspace'),
            kept: path.join(stateFolder, 'evaluate', 'systems'),
          },
          settings,
          maker,
        )
      : null,
    ground: () => groundAddresses(settings.REDIS_URL),
    readings: createReadings(
      keptFiles({
        folder: path.join(stateFolder, 'affected'),
        maker,
        parse: (content) => reachedMachinesShape.parse(content),
        most: 500,
      }),
    ),
    clock,
    log,
    tell,
  };
  const source = bullWorkSource({
    connect,
    prefix,
    log: logger,
    onDead({ queue: name, payload, error }) {
      log.error('work failed for good', { queue: name, error });
      if (name !== 'deploy') return;
      giveUpHost(bot, payload, error instanceof Error ? error.name : 'unknown').catch((failed: unknown) =>
        log.error('a deploy could not be given up', { error: failed }),
      );
    },
  });
  const polling = { reader: createDeliveryReader(github), records, queue, clock };
  return {
    settings,
    app,
    logger,
    bot,
    queue,
    redis,
    async startWorkers() {
      const work = await startWork({
        bot,
        source,
        outbox,
        once: redisOnce(client, prefix),
        repositories: settings.FLEETWRIGHT_REPOSITORIES,
        note: (line) => log.info('delivery', { ...line }),
        memory: createDeploymentReader(github, forge),
        recovered: (found) => {
          lost = found.lost;
        },
      });
      if (!settings.FLEETWRIGHT_POLL) {
        // What could not be delivered while nobody listened. GitHub itself never sends it again.
        const missed = pollDeliveries({ ...polling, which: 'failed', firstLookMs: day });
        missed.catch((error: unknown) => log.warn('missed deliveries could not be read', { error }));
        return work;
      }
      const poll = keepPolling(
        { ...polling, which: 'all', firstLookMs: 60_000 },
        settings.FLEETWRIGHT_POLL_SECONDS * 1000,
        clock,
        log,
      );
      return { stop: async (graceMs) => void (await Promise.all([poll.stop(graceMs), work.stop(graceMs)])) };
    },
    async close() {
      await paced.close();
      await queue.close();
      await redis.close();
    },
  };
}

/** Nix with the bounds that the operator sets, and what it was asked before kept beside its store. */
export function evaluationIn(
  folders: { readonly workspace: string; readonly kept: string },
  settings: Settings,
  maker: string,
): Evaluation {
  const parse = (content: unknown) => keptSystemShape.parse(content);
  return nixEvaluation({
    workspace: folders.workspace,
    programFolders: settings.programFolders,
    limits: {
      wallMs: settings.FLEETWRIGHT_EVALUATE_SECONDS * 1000,
      cpuSeconds: Math.ceil(settings.FLEETWRIGHT_EVALUATE_SECONDS),
      memoryBytes: settings.FLEETWRIGHT_EVALUATE_MEGABYTES * 1024 * 1024,
    },
    parallel: settings.FLEETWRIGHT_EVALUATE_PARALLEL,
    kept: keptFiles({ folder: folders.kept, maker, parse, most: 5000 }),
  });
}

function modelOf(settings: Settings, options: WiringOptions): Bot['model'] {
  if (settings.ANTHROPIC_API_KEY === undefined) return null;
  const model = claude({
    apiKey: settings.ANTHROPIC_API_KEY,
    model: settings.FLEETWRIGHT_MODEL,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    scripted: options.scriptedModel ?? false,
    ...(settings.ANTHROPIC_BASE_URL === undefined ? {} : { baseUrl: settings.ANTHROPIC_BASE_URL }),
  });
  const { FLEETWRIGHT_MODEL_MAX_TURNS: turns, FLEETWRIGHT_MODEL_MAX_DOLLARS: dollars } = settings;
  return { model, limits: { turns, dollars, wallMs: 10 * 60 * 1000 } };
}

function passwordIn(url: string | undefined): string {
  return url === undefined ? '' : decodeURIComponent(new URL(url).password);
}
