import { createHmac, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { parseSettings } from '../../src/config/settings.ts';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import type { StoryEvent } from '../../src/core/story.ts';
import type { Conversation } from '../../src/demo/forge/onlooker.ts';
import type { MergeMethod } from '../../src/demo/forge/acts/pulls.ts';
import type { HostTruth } from '../../src/demo/hosts/practice-host.ts';
import { people, type PracticeWorld, practiceRepository, startPracticeWorld } from '../../src/demo/practice-world.ts';
import { queueNames } from '../../src/jobs/queue.ts';

export { people };
export const fleet = practiceRepository;

export interface LoopOptions {
  readonly redis?: 'embedded' | 'child';
  readonly model?: boolean;
  /** Repositories that the operator lists beside the practice one. */
  readonly alsoServed?: readonly string[];
}

interface Comment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

/** How long a person of these tests waits before they say that nothing came. */
const patienceMs = 20_000;

/**
 * The real bot between a practice forge and practice hosts, used as a person uses it: words in, and a look at what
 * then stands on the forge and on the hosts.
 */
export class Loop {
  readonly world: PracticeWorld;
  readonly story: readonly StoryEvent[];

  constructor(world: PracticeWorld, story: readonly StoryEvent[]) {
    this.world = world;
    this.story = story;
  }

  get forge(): PracticeWorld['forge'] {
    return this.world.forge;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Waits until the bot has nothing left to do, as far as it has begun anything. */
  async quiet(): Promise<void> {
    // Twice: between two queues a job is in neither for a moment.
    const end = Date.now() + patienceMs;
    for (let still = 0; still < 2; ) {
      if (Date.now() > end) throw new Error(`the bot is busy for ever: ${JSON.stringify(this.story.slice(-5))}`);
      await this.forge.settled();
      still = (await this.#busy()) ? 0 : still + 1;
      if (still < 2) await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  async #busy(): Promise<boolean> {
    const { queue, bot } = this.world.wired;
    const depthOf = 'depths' in queue && typeof queue.depths === 'function' ? queue.depths.bind(queue) : null;
    if (depthOf === null) throw new Error('the queue cannot be looked into');
    for (const name of queueNames) {
      const { waiting, active, delayed } = (await depthOf(name)) as Record<string, number>;
      // A deploy that waited for another leaves a late wake-up behind, which finds nothing to do; and an offline host is
      // asked again for as long as it is offline.
      const later = name === 'deploy' || name === 'catch-up' ? 0 : (delayed ?? 0);
      if ((waiting ?? 0) + (active ?? 0) + later > 0) return true;
    }
    if ((await bot.rollouts.running()).length > 0) return true;
    for (const key of await bot.records.keys('outbox/')) {
      const record = (await bot.records.read(key))?.value as OutboxLook | undefined;
      if (record === undefined) continue;
      if (record.delivered?.revision !== record.revision && record.failed?.revision !== record.revision) return true;
    }
    return false;
  }

  async ask(
    title: string,
    more: {
      readonly body?: string;
      readonly login?: string;
      readonly labels?: string[];
      readonly repository?: string;
    } = {},
  ): Promise<number> {
    const { repository = fleet, login = people.owner, ...rest } = more;
    const issue = await this.forge.openIssue(repository, { login, title, ...rest });
    await this.quiet();
    return issue;
  }

  /** Asks for something that becomes a pull request, and returns its number. */
  async change(title: string, more: Parameters<Loop['ask']>[1] = {}): Promise<number> {
    const issue = await this.ask(title, more);
    const pull = this.pullFor(issue, more.repository);
    if (pull === null)
      throw new Error(`no pull request came of "${title}"; the bot said: ${this.said(issue).join('\n')}`);
    return pull.number;
  }

  /** A pull request that a person made from these files. */
  async pull(branch: string, files: Readonly<Record<string, string>>, login: string = people.owner): Promise<number> {
    await this.forge.push(fleet, branch, files, { login });
    const number = await this.forge.openPullRequest(fleet, { login, head: branch, title: `Change ${branch}` });
    await this.quiet();
    return number;
  }

  /** Says something and returns what the bot has said since, new comments and edited ones, oldest first. */
  async say(number: number, body: string, login: string = people.reviewer): Promise<readonly string[]> {
    const before = new Map(this.#botComments(number).map(({ id, body: text }) => [id, text]));
    await this.forge.comment(fleet, number, login, body);
    await this.quiet();
    return this.#botComments(number).flatMap(({ id, body: text }) => (before.get(id) === text ? [] : [text]));
  }

  async merge(number: number, method: MergeMethod = 'merge'): Promise<readonly string[]> {
    const before = new Map(this.#botComments(number).map(({ id, body: text }) => [id, text]));
    await this.forge.merge(fleet, number, people.owner, method);
    await this.quiet();
    return this.#botComments(number).flatMap(({ id, body: text }) => (before.get(id) === text ? [] : [text]));
  }

  /** Waits for something that is seen only in passing. */
  async until(what: string, look: () => boolean): Promise<void> {
    for (const end = Date.now() + patienceMs; !look(); ) {
      if (Date.now() > end) throw new Error(`this never came: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  conversation(number: number, repository: string = fleet): Conversation {
    const found = this.forge.seen.conversation(repository, number);
    if (found === null) throw new Error(`there is no #${number}`);
    return found;
  }

  /** Everything that the bot has said there, oldest first. */
  said(number: number, repository: string = fleet): readonly string[] {
    return this.#botComments(number, repository).map(({ body }) => body);
  }

  /** The closed codes of all that the bot has said there. */
  codes(number: number, repository: string = fleet): readonly string[] {
    return codesIn(this.said(number, repository));
  }

  headOf(number: number): string {
    return this.conversation(number).pull?.headSha ?? '';
  }

  pulls(repository: string = fleet): readonly Conversation[] {
    return this.forge.seen.conversations(repository).filter(({ pull }) => pull !== null);
  }

  pullFor(issue: number, repository: string = fleet): Conversation | null {
    return this.pulls(repository).find(({ body }) => body.includes(`Closes #${issue}`)) ?? null;
  }

  truth(host: string): HostTruth {
    return this.world.hosts.host(host).truth();
  }

  /** Which system every host runs and would boot: equal before and after means that nothing was touched. */
  systems(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      this.world.hosts.all.map((host) => [
        host.name,
        [host.truth().running, host.truth().profile, host.truth().bootDefault],
      ]),
    );
  }

  /** How many commands each host was asked so far. */
  journals(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.world.hosts.all.map((host) => [host.name, host.journal.length]));
  }

  /** How many builds were asked of a host so far. A report may rest longer than a short build takes. */
  builds(host: string): number {
    return this.world.hosts.host(host).journal.filter(({ text }) => text.includes('start-build')).length;
  }

  fileAt(revision: string, path: string, repository: string = fleet): Promise<string | null> {
    return this.forge.seen.fileAt(repository, revision, path);
  }

  /** A host's own file as it is on a branch, with one more setting: a change of exactly this host. */
  async touched(host: string, word: string, branch = 'main'): Promise<Readonly<Record<string, string>>> {
    const path = `hosts/${host}/default.nix`;
    return { [path]: withSetting((await this.fileAt(branch, path)) ?? '', word) };
  }

  /** The config on the default branch with something replaced in it. */
  async configWith(from: string | RegExp, to: string): Promise<string> {
    const text = (await this.fileAt('main', fleetConfigPath)) ?? '';
    const changed = text.replace(from, to);
    if (changed === text) throw new Error('the config has no such text');
    return changed;
  }

  /** Sends bytes to the bot as anybody on the network can, and returns the status. */
  async knock(body: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const response = await fetch(this.world.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-github-delivery': randomUUID(), ...headers },
      body,
    });
    await response.text();
    return response.status;
  }

  signed(body: string, secret: string = this.world.wired.app.webhookSecret): Record<string, string> {
    return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
  }

  #botComments(number: number, repository: string = fleet): readonly Comment[] {
    const bot = `${this.forge.app.slug}[bot]`;
    return this.conversation(number, repository).comments.filter(({ author }) => author === bot);
  }
}

/** A module with one more setting. A comment would do nothing: it changes no system, so it reaches no host. */
export function withSetting(module: string, word: string): string {
  const end = module.lastIndexOf('}');
  return `${module.slice(0, end)}  environment.etc."${word}".text = "";\n${module.slice(end)}`;
}

interface OutboxLook {
  readonly revision: number;
  readonly delivered: { readonly revision: number } | null;
  readonly failed: { readonly revision: number } | null;
}

export function codesIn(bodies: readonly string[]): readonly string[] {
  return bodies.flatMap((body) => [...body.matchAll(/<sub>([a-z-]+)<\/sub>/g)].map(([, code]) => code ?? ''));
}

/** What a report says of each host, as `host outcome`. */
export function outcomesIn(body: string | undefined): readonly string[] {
  return [...(body ?? '').matchAll(/^\| `([^`]+)` \| \S+ ([a-z-]+) \|/gm)].map(
    ([, host, outcome]) => `${host} ${outcome}`,
  );
}

export async function startLoop(options: LoopOptions = {}): Promise<Loop> {
  const parsed = parseSettings({
    PATH: process.env['PATH'],
    REDIS_KIND: options.redis ?? 'embedded',
    FLEETWRIGHT_REPOSITORIES: (options.alsoServed ?? []).join(','),
  });
  if (parsed.kind === 'invalid') throw new Error(parsed.mistakes.join('\n'));
  const story: StoryEvent[] = [];
  const world = await startPracticeWorld({
    forgePort: 0,
    webPort: 0,
    settings: parsed.settings,
    logger: pino({ level: 'silent' }),
    listen: (event) => story.push(event),
    model: options.model ?? false,
  });
  const loop = new Loop(world, story);
  await loop.quiet();
  return loop;
}
