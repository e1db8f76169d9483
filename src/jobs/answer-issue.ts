import { renderOutsider } from '../report/change.ts';
import { answerCommands } from './answer-commands.ts';
import type { Bot } from './bot.ts';
import type { ChangeJob } from './change-job.ts';
import type { EventOf, InboxEvent, Issue, Person } from './inbox-event.ts';
import { mayInstruct } from './may-instruct.ts';
import { postingKeys } from './posting-keys.ts';
import { repositoryOf } from './repository-of.ts';

/** The label by which a person hands an issue to the bot, also one that somebody else wrote. */
export const fleetLabel = 'fleet';

/** A new issue is an ask. */
export async function onIssueOpened(bot: Bot, event: EventOf<'issue-opened'>, effect: string): Promise<void> {
  await considerAsk(bot, event, event.issue, { asker: event.actor, said: null, effect });
}

/** The label `fleet` is an ask by whoever set it: who vouches for an outsider's issue instructs the bot with its words. */
export async function onIssueLabeled(bot: Bot, event: EventOf<'issue-labeled'>, effect: string): Promise<void> {
  if (event.label !== fleetLabel || !event.issue.open) return;
  await considerAsk(bot, event, event.issue, { asker: event.actor, said: null, effect });
}

/** A comment on an issue is an ask when it mentions the bot, and commands when it holds command lines. */
export async function onIssueComment(bot: Bot, event: EventOf<'issue-comment'>, effect: string): Promise<void> {
  const { number, title, body } = event.issue;
  const where = { repository: repositoryOf(event), branch: event.defaultBranch, issue: number, ask: { title, body } };
  if (await answerCommands(bot, where, event.comment, null)) return;
  const { slug } = await bot.forge.identity();
  const said = withoutMention(event.comment.body, slug);
  if (said === null || !event.issue.open) return;
  await considerAsk(bot, event, event.issue, { asker: event.comment.author, said, effect });
}

interface AskedBy {
  readonly asker: Person;
  /** The words of the comment that asked, where it was one. */
  readonly said: string | null;
  readonly effect: string;
}

async function considerAsk(bot: Bot, event: InboxEvent, issue: Issue, by: AskedBy): Promise<void> {
  const repository = repositoryOf(event);
  if (!(await mayInstruct(bot.forge, repository, by.asker))) {
    const body = renderOutsider(by.asker.login);
    await bot.outbox.put(repository, postingKeys.outsider(issue.number), 'acknowledgement', {
      kind: 'comment',
      issue: issue.number,
      body,
    });
    bot.tell({
      step: 'outsider',
      issue: issue.number,
      text: `${by.asker.login} may not instruct the bot; nothing runs`,
    });
    return;
  }
  bot.tell({ step: 'asked', issue: issue.number, text: `${by.asker.login} asks: ${by.said ?? issue.title}` });
  await bot.outbox.put(repository, postingKeys.reactionToIssue(issue.number), 'acknowledgement', {
    kind: 'reaction',
    subject: { issue: issue.number },
    content: 'eyes',
  });
  const job: ChangeJob = {
    repository,
    branch: event.defaultBranch,
    issue: issue.number,
    title: issue.title,
    body: issue.body,
    said: by.said,
    asker: by.asker.login,
  };
  await bot.queue.add('change', job, { id: `change:${by.effect}` });
}

/** The comment without the bot's name where it is mentioned outside code and quotes; null where it is not. */
export function withoutMention(body: string, slug: string): string | null {
  const shown = body
    .replaceAll(/<!--[\s\S]*?(?:-->|$(?![\s\S]))/g, '')
    .replaceAll(/^ {0,3}(```+|~~~+)[\s\S]*?(?:^ {0,3}\1[^\n]*$|$(?![\s\S]))/gm, '')
    .replaceAll(/^\s*>.*$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => (code.includes(`@${slug}`) ? '' : code));
  const mention = new RegExp(`(^|[^A-Za-z0-9_/@-])@${slug.replaceAll(/[^A-Za-z0-9-]/g, '\\$&')}(?![A-Za-z0-9-])`, 'i');
  return mention.test(shown) ? shown.replace(mention, '$1').trim() : null;
}
