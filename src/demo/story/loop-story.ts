import { type HostName, parseCommitSha } from '../../core/names.ts';
import type { Outcome } from '../../core/outcome.ts';
import { people, type PracticeWorld, practiceRepository } from '../practice-world.ts';
import { consulAsk } from './consul-edits.ts';
import { botComment, conversation, type Say, until } from './watch.ts';

export const dnsAsk = 'Add an A record vault.fleet.lan 10.0.20.12';

/**
 * The whole story: a DNS ask and its merge; then a cluster that a model writes, tried on one host, merged, and rolled
 * out, with one host that fails a probe and is put back.
 */
export async function tellLoopStory(world: PracticeWorld, say: Say): Promise<void> {
  const dns = await askAndRead(world, say, dnsAsk, '');
  await mergeAndWatch(world, say, dns);

  const consul = await askAndRead(
    world,
    say,
    consulAsk,
    'Three servers in the services VLAN, with DNS, a dashboard link and a monitor.',
  );
  await deployOne(world, say, consul, 'wolfhound');
  world.hosts.host('blackjack').fail({
    kind: 'unit-fails',
    unit: 'consul.service',
    when: { path: 'modules/consul.nix' },
    message: 'data directory is not writable',
  });
  say({
    step: 'arranged',
    host: 'blackjack' as HostName,
    text: 'on blackjack, consul.service will fail to start (arranged for this demo)',
  });
  await world.forge.comment(practiceRepository, consul, people.reviewer, 'Reads well, and wolfhound is fine with it.');
  say({ step: 'person', pr: consul, text: `${people.reviewer} reviews #${consul}` });
  await mergeAndWatch(world, say, consul);
}

/** Any ask of a person who watches: from the issue to the merge, as far as it comes. */
export async function tellAnyStory(world: PracticeWorld, say: Say, ask: string): Promise<void> {
  const [title = ask, ...rest] = ask.split('\n');
  const pullRequest = await askAndRead(world, say, title, rest.join('\n'));
  const plan = botComment(world, pullRequest, '/deploy ') ?? '';
  const host = /\/deploy (\S+) @/.exec(plan)?.[1];
  if (host !== undefined) await deployOne(world, say, pullRequest, host);
  await mergeAndWatch(world, say, pullRequest);
}

/** The bot answered with something else than a pull request: that is an end, and what it said is shown. */
export class AnsweredInstead extends Error {}

export async function askAndRead(world: PracticeWorld, say: Say, title: string, body: string): Promise<number> {
  const { forge } = world;
  const issue = await forge.openIssue(practiceRepository, { login: people.owner, title, body });
  say({ step: 'person', issue, text: `${people.owner} opens issue #${issue}: ${title}` });
  const pullRequest = await until(`a pull request for issue #${issue}`, () => {
    const made = forge.seen
      .conversations(practiceRepository)
      .find(({ pull, body: text }) => pull !== null && text.includes(`Closes #${issue}`));
    if (made !== undefined) return made.number;
    const answer = botComment(world, issue, '### A question first') ?? botComment(world, issue, '<sub>');
    if (answer !== null && !answer.includes('being written')) throw new AnsweredInstead(answer);
    return null;
  });
  const sha = parseCommitSha(conversation(world, pullRequest).pull?.headSha ?? '');
  say({
    step: 'pull-request',
    issue,
    pr: pullRequest,
    ...(sha === null ? {} : { sha }),
    text: `#${pullRequest} ${conversation(world, pullRequest).title}`,
  });
  await until(`the plan of #${pullRequest}`, () => botComment(world, pullRequest, '### Plan', 'Compared with'));
  return pullRequest;
}

export async function deployOne(world: PracticeWorld, say: Say, pullRequest: number, host: string): Promise<void> {
  await world.forge.comment(practiceRepository, pullRequest, people.reviewer, `/deploy ${host}`);
  say({ step: 'person', pr: pullRequest, text: `${people.reviewer} types /deploy ${host}` });
  const report = await until(`the report of the deploy of ${host}`, () =>
    botComment(world, pullRequest, '### Deploy of', '\n\nDone', 'asked for by'),
  );
  sayOutcomes(say, pullRequest, report);
}

export async function mergeAndWatch(world: PracticeWorld, say: Say, pullRequest: number): Promise<void> {
  const sha = parseCommitSha(await world.forge.merge(practiceRepository, pullRequest, people.owner));
  say({
    step: 'person',
    pr: pullRequest,
    ...(sha === null ? {} : { sha }),
    text: `${people.owner} merges #${pullRequest}`,
  });
  const report = await until(`the report of the rollout of #${pullRequest}`, () =>
    botComment(world, pullRequest, '### Deploy of', '\n\nDone', 'begun by the merge'),
  );
  sayOutcomes(say, pullRequest, report);
}

/** Reads the outcomes off the report on the pull request: what a person sees is what counts. */
function sayOutcomes(say: Say, pullRequest: number, report: string): void {
  for (const [, host, outcome] of report.matchAll(/^\| `([^`]+)` \| \S+ ([a-z-]+) \|/gm)) {
    say({
      step: 'report',
      pr: pullRequest,
      host: host as HostName,
      outcome: outcome as Outcome,
      text: `${host}: ${outcome}`,
    });
  }
}
