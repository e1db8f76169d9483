import type { Refusal, RefusalCode } from '../core/refusal.ts';
import { code, count, plain } from './markdown.ts';

type Facts = Refusal['facts'];
/** What happened and where things stand, as one or two sentences of Markdown. What to do next comes from `next`. */
type Words = (facts: Facts) => string;

const text = (facts: Facts, name: string): string => {
  const value = facts[name];
  return value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
};
const list = (facts: Facts, name: string): readonly string[] => {
  const value = facts[name];
  return Array.isArray(value) ? value : [];
};
const meant = (facts: Facts, prefix = ''): string =>
  'meant' in facts ? ` Did you mean ${code(prefix + text(facts, 'meant'))}?` : '';
const known = (facts: Facts, what: string): string => {
  const names = list(facts, 'known');
  const total = Number(facts['count'] ?? names.length);
  const rest = total > names.length ? ` and ${total - names.length} more` : '';
  return names.length === 0 ? '' : ` ${what}: ${names.map(code).join(', ')}${rest}.`;
};
const reason = (facts: Facts): string => plain(text(facts, 'reason'));

/** One function per code. The README's table of refusals is made from the keys and the summaries below. */
const words: Readonly<Record<RefusalCode, Words>> = {
  'repository-not-allowed': (facts) =>
    `${code(text(facts, 'repository'))} is not among the repositories that this bot serves. Its operator keeps that list.`,
  'no-write-permission': (facts) =>
    `Only people with write permission to this repository can instruct the bot; ${code(text(facts, 'author'))} has none. Nothing was started.`,
  'fork-pull-request': () =>
    'This pull request comes from a fork. Its code is neither planned nor deployed: evaluating it would run it.',
  'unknown-command': (facts) =>
    `There is no command ${code(`/${text(facts, 'verb')}`)}.${meant(facts, '/')}${known(facts, 'Commands')}`,
  'bad-arguments': (facts) =>
    `This command ${reason(facts)}.${'usage' in facts ? ` It is written ${code(text(facts, 'usage'))}.` : ''}`,
  'unknown-host': (facts) =>
    `There is no host ${code(text(facts, 'host'))} in this fleet.${meant(facts)}${known(facts, 'Hosts')}`,
  'unknown-tag': (facts) =>
    `No host carries the tag ${code(text(facts, 'tag'))}.${meant(facts, '#')}${known(facts, 'Tags')}`,
  'ask-not-understood': (facts) =>
    `The bot does not understand this as a DNS change${'reason' in facts ? `: ${reason(facts)}` : ''}. Nothing was started.`,
  'ask-ambiguous': (facts) =>
    `This can be read in more than one way${'reason' in facts ? `: ${reason(facts)}` : ''}. Nothing was started.${known(facts, 'Choices')}`,
  'no-model': () =>
    'No model is configured here, so the bot makes only the changes that need none. Nothing was started.',
  'head-unknown': (facts) =>
    `The bot has not seen a signed event that names the ${'number' in facts ? `commit of pull request ${code(text(facts, 'number'))}` : 'commit'}, so it does not know what it would deploy.`,
  'head-moved': (facts) =>
    'shown' in facts
      ? `The head of this pull request is now ${code(text(facts, 'current'))}; the last plan was for ${code(text(facts, 'shown'))}. Nothing was started, because what you read may not be what would be deployed.`
      : `The bot has not shown a plan for ${code(text(facts, 'current'))} yet. Nothing was started.`,
  'sha-mismatch': (facts) =>
    `${code(text(facts, 'asked'))} is not the commit of this pull request, which is ${code(text(facts, 'current'))}. Nothing was started.`,
  'not-an-ancestor': (facts) =>
    `${code(text(facts, 'host'))} runs ${code(text(facts, 'running'))}, which is not part of ${code(text(facts, 'sha'))}: the deploy would silently undo something. The host was left alone.`,
  'pull-request-closed': () => 'This pull request was closed without being merged. Nothing is deployed from it.',
  'config-missing': () =>
    `There is no ${code('.github/fleetwright.yml')} on the default branch, so the bot does not know the hosts.`,
  'config-invalid': (facts) =>
    `${code('.github/fleetwright.yml')} on the default branch has ${count(Number(facts['count'] ?? 1), 'mistake')}, so nothing is planned or deployed.`,
  'zone-not-found': (facts) => `No zone of this repository holds ${code(text(facts, 'name'))}.${known(facts, 'Zones')}`,
  'zone-unreadable': (facts) =>
    `${code(`${text(facts, 'file')}:${text(facts, 'line')}`)} cannot be read (${reason(facts)}), and the change would touch it. Nothing was changed.`,
  'record-exists': (facts) =>
    `${code(text(facts, 'name'))} ${code(text(facts, 'type'))} is already there${'at' in facts ? ` (${code(text(facts, 'at'))})` : ''}. Nothing was changed.`,
  'record-not-found': (facts) =>
    `There is no ${code(text(facts, 'type'))} record ${code(text(facts, 'name'))}.${meant(facts)}${known(facts, 'Near it')} Nothing was changed.`,
  'record-conflict': (facts) =>
    `${code(text(facts, 'name'))} cannot have this record${'reason' in facts ? `: ${reason(facts)}` : ''}${'at' in facts ? ` (${code(text(facts, 'at'))})` : ''}. Nothing was changed.`,
  'serial-unreadable': (facts) =>
    `The serial in ${code(text(facts, 'file'))} cannot be raised: ${reason(facts)}. Nothing was changed.`,
  'host-locked': (facts) =>
    `${code(text(facts, 'host'))} is locked by ${plain(text(facts, 'owner'))}${'reason' in facts ? ` (${reason(facts)})` : ''}. Nothing was started on it.`,
  'host-held': (facts) =>
    `${code(text(facts, 'host'))} is held: ${reason(facts)}. It stays where it is until a commit changes something for it, or a person deploys it by name.`,
  'host-key-unknown': (facts) =>
    `The host key of ${code(text(facts, 'host'))} in the config file is neither a fingerprint nor a key line.`,
  'host-not-ready': (facts) =>
    `${code(text(facts, 'host'))} is not in a state in which a deploy is safe: ${reason(facts)}. Nothing was changed on it.`,
  'stale-fencing-token': (facts) =>
    `${code(text(facts, 'host'))} has seen a newer deploy than this one, so this one stops.`,
  'edit-not-allowed': (facts) => `${code(text(facts, 'file'))} may not be changed by the bot: ${reason(facts)}.`,
  'budget-spent': (facts) =>
    `The change stopped at its limit (${reason(facts)}). What was done so far is kept; no pull request was opened.`,
  'question-open': () => 'The bot asked a question above and waits for the answer.',
  'model-declined': (facts) =>
    `The model declined this request${'category' in facts ? ` (${plain(text(facts, 'category'))})` : ''}. A person has to make this change.`,
};

/** The refusal as a person reads it: what happened, where things stand, what to do next. */
export function renderRefusal(refusal: Refusal, typed?: string): string {
  const quoted = typed === undefined ? [] : [`> ${code(typed)}`, ''];
  const next = refusal.next === undefined ? [] : ['', `Type this to go on: ${code(refusal.next)}`];
  return [...quoted, words[refusal.code](refusal.facts), ...next, '', `<sub>${refusal.code}</sub>`].join('\n');
}

/** Several refusals of one comment, answered in one. */
export function renderRefusals(refusals: readonly { readonly refusal: Refusal; readonly typed: string }[]): string {
  return refusals.map(({ refusal, typed }) => renderRefusal(refusal, typed)).join('\n\n---\n\n');
}

/** When each refusal is given, for the README. */
export const refusalSummaries: Readonly<Record<RefusalCode, string>> = {
  'repository-not-allowed': 'The repository is not on the operator’s list.',
  'no-write-permission': 'The person who asks cannot write to the repository.',
  'fork-pull-request': 'The pull request comes from another repository.',
  'unknown-command': 'The verb is none of the bot’s.',
  'bad-arguments': 'The words after the verb are not what it takes.',
  'unknown-host': 'No host of the config file has this name.',
  'unknown-tag': 'No host of the config file has this tag.',
  'ask-not-understood': 'The issue is no change that can be made without a model.',
  'ask-ambiguous': 'The issue can be read in more than one way.',
  'no-model': 'The change needs a model and none is configured.',
  'head-unknown': 'No signed event named the commit of the pull request yet.',
  'head-moved': 'The head is not the commit of the last plan.',
  'sha-mismatch': 'The commit that was named is not the pull request’s.',
  'not-an-ancestor': 'The host runs a commit that the merge does not contain.',
  'pull-request-closed': 'The pull request was closed without a merge.',
  'config-missing': 'The default branch has no config file.',
  'config-invalid': 'The config file on the default branch has mistakes.',
  'zone-not-found': 'No zone of the repository holds the name.',
  'zone-unreadable': 'A line that the edit would touch cannot be read.',
  'record-exists': 'The record is already there.',
  'record-not-found': 'The record that should go or change is not there.',
  'record-conflict': 'The record may not stand beside what is there (RFC 1034, section 3.6.2).',
  'serial-unreadable': 'The zone’s serial is out of range or not a number.',
  'host-locked': 'Another deploy or a person holds the host.',
  'host-held': 'The host was reverted and nothing changed for it since.',
  'host-key-unknown': 'The config file names no usable host key.',
  'host-not-ready': 'The host is busy, about to shut down, or does not run its own profile.',
  'stale-fencing-token': 'A newer deploy reached the host first.',
  'edit-not-allowed': 'The change touches a file that the bot never writes.',
  'budget-spent': 'The change reached its limit of turns, time or money.',
  'question-open': 'The bot waits for a person’s answer.',
  'model-declined': 'The model declined the request.',
};
