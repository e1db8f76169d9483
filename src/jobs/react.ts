import { onPullRequestComment } from './answer-commands.ts';
import { onIssueComment, onIssueLabeled, onIssueOpened } from './answer-issue.ts';
import { onDefaultBranch, onHead, onMerged } from './answer-pull-request.ts';
import type { Bot } from './bot.ts';
import { onBaseMoved, onOwnHead } from './follow-base.ts';
import type { Reactions } from './reactions.ts';

/** What the bot does about each kind of event, one line each. */
export function createReactions(bot: Bot): Reactions {
  return {
    issueOpened: (event, effect) => onIssueOpened(bot, event, effect),
    issueLabeled: (event, effect) => onIssueLabeled(bot, event, effect),
    issueComment: (event, effect) => onIssueComment(bot, event, effect),
    pullRequestComment: (event) => onPullRequestComment(bot, event),
    async pullRequestOpened(event, effect) {
      await onHead(bot, event, effect);
      await onOwnHead(bot, event);
    },
    async pullRequestSynchronized(event, effect) {
      await onHead(bot, event, effect);
      await onOwnHead(bot, event);
    },
    pullRequestMerged: (event) => onMerged(bot, event),
    async pushToDefaultBranch(event, effect) {
      await onDefaultBranch(bot, event);
      await onBaseMoved(bot, event, effect);
    },
    async pullRequestClosed(event) {
      bot.tell({
        step: 'closed',
        pr: event.pullRequest.number,
        text: `#${event.pullRequest.number} is closed without a merge`,
      });
    },
  };
}
