import { onPullRequestComment } from './answer-commands.ts';
import { onIssueComment, onIssueLabeled, onIssueOpened } from './answer-issue.ts';
import { onDefaultBranch, onHead, onMerged } from './answer-pull-request.ts';
import type { Bot } from './bot.ts';
import type { Reactions } from './reactions.ts';

/** What the bot does about each kind of event, one line each. */
export function createReactions(bot: Bot): Reactions {
  return {
    issueOpened: (event, effect) => onIssueOpened(bot, event, effect),
    issueLabeled: (event, effect) => onIssueLabeled(bot, event, effect),
    issueComment: (event, effect) => onIssueComment(bot, event, effect),
    pullRequestComment: (event) => onPullRequestComment(bot, event),
    pullRequestOpened: (event, effect) => onHead(bot, event, effect),
    pullRequestSynchronized: (event, effect) => onHead(bot, event, effect),
    pullRequestMerged: (event) => onMerged(bot, event),
    pushToDefaultBranch: (event) => onDefaultBranch(bot, event),
    async pullRequestClosed(event) {
      bot.tell({
        step: 'closed',
        pr: event.pullRequest.number,
        text: `#${event.pullRequest.number} is closed without a merge`,
      });
    },
  };
}
