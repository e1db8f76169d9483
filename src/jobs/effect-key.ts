import { never } from '../core/bug.ts';
import type { InboxEvent } from './inbox-event.ts';

/**
 * Names the effect that an event asks for. Two deliveries with one key ask for one thing and get one; a person who says
 * the same words twice makes two comments, with two ids, and gets two.
 *
 * Every part comes from the signed payload: delivery ids are in headers that are not signed.
 */
export function effectKey(event: InboxEvent): string {
  const place = event.repository;
  switch (event.kind) {
    case 'issue-opened':
      // Told by `opened` and by the `labeled` of each label that the form set: one ask.
      return `${place}#${event.issue.number}:opened`;
    case 'issue-labeled':
      // An act of its own: somebody vouches for an outsider's issue, or asks again by taking a label off and on.
      return `${place}#${event.issue.number}:labeled:${event.label}:${event.actor.id}:${event.at}`;
    case 'issue-comment':
    case 'pull-request-comment':
      return `${place}:comment:${event.comment.id}`;
    case 'pull-request-opened':
      return `${place}#${event.pullRequest.number}:opened:${event.pullRequest.headSha}:${event.at}`;
    case 'pull-request-synchronized':
      // With its time: a branch may be pushed from A to B, back to A, and to B again.
      return `${place}#${event.pullRequest.number}:pushed:${event.before}:${event.pullRequest.headSha}:${event.at}`;
    case 'pull-request-closed':
      return `${place}#${event.pullRequest.number}:closed:${event.at}`;
    case 'pull-request-merged':
      return `${place}#${event.pullRequest.number}:merged:${event.mergeCommit}`;
    case 'push-to-default-branch':
      return `${place}:pushed:${event.before}:${event.after}:${event.at}`;
    default:
      return never(event);
  }
}
