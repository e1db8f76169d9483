import type { Refusal, RefusalCode } from '../core/refusal.ts';
import { code, count, listed, plain } from './markdown.ts';

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
const because = (facts: Facts): string => ('reason' in facts ? `: ${reason(facts)}` : '');
const commit = (facts: Facts, name: string): string => code(text(facts, name).slice(0, 12));
/** A record as far as the refusal names it: its name and, where one was asked for, its type. */
const record = (facts: Facts): string =>
  [text(facts, 'name'), text(facts, 'type')]
    .filter((word) => word !== '')
    .map(code)
    .join(' ');
const place = (facts: Facts): string => {
  const at = [text(facts, 'file'), text(facts, 'line')].filter((word) => word !== '').join(':');
  return at === '' ? '' : ` (${code(at)})`;
};
const choices = (facts: Facts, name: string, what: string): string => {
  const named = list(facts, name);
  return named.length === 0 ? '' : ` ${what}: ${named.map(code).join(', ')}.`;
};

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
    'data' in facts || 'name' in facts
      ? `This record cannot be written${because(facts)}. Nothing was changed.`
      : `This command ${reason(facts)}.${'usage' in facts ? ` It is written ${code(text(facts, 'usage'))}.` : ''}`,
  'unknown-host': (facts) => {
    const asked = text(facts, 'host') || text(facts, 'name');
    const suggestion = `${meant(facts)}${choices(facts, 'near', 'Near it')}${known(facts, 'Hosts')}`;
    return 'reason' in facts
      ? `${code(asked)} cannot be used here${because(facts)}.${suggestion}`
      : `There is no host ${code(asked)} in this fleet.${suggestion}`;
  },
  'unknown-tag': (facts) =>
    `No host carries the tag ${code(text(facts, 'tag'))}.${meant(facts, '#')}${known(facts, 'Tags')}`,
  'ask-not-understood': (facts) =>
    `The bot does not understand this as a DNS change${'reason' in facts ? `: ${reason(facts)}` : ''}. Nothing was started.`,
  'ask-ambiguous': (facts) =>
    `This can be read in more than one way${'question' in facts ? `: ${plain(text(facts, 'question'))} is meant by ${code(text(facts, 'name'))}` : because(facts)}. Nothing was started.${choices(facts, 'choices', 'Choices')}`,
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
    `${code(text(facts, 'host'))} runs ${commit(facts, 'hostCommit')}, which is not part of ${commit(facts, 'merge')}: the deploy would silently undo something. The host was left alone.`,
  'pull-request-closed': () => 'This pull request was closed without being merged. Nothing is deployed from it.',
  'config-missing': () =>
    `There is no ${code('.github/fleetwright.yml')} on the default branch, so the bot does not know the hosts.`,
  'config-invalid': (facts) =>
    `${code('.github/fleetwright.yml')} on the default branch has ${count(Number(facts['count'] ?? 1), 'mistake')}, so nothing is planned or deployed.`,
  'zone-not-found': (facts) =>
    `No zone of this repository holds ${code(text(facts, 'name') || text(facts, 'zone'))}${because(facts)}.${choices(facts, 'zones', 'Zones')} Nothing was changed.`,
  'zone-unreadable': (facts) =>
    `${place(facts) === '' ? 'The zone' : place(facts).trim().slice(1, -1)} cannot be read${because(facts)}, and the change would touch it. Nothing was changed.`,
  'record-exists': (facts) => `${record(facts)} is already there${place(facts)}. Nothing was changed.`,
  'record-not-found': (facts) =>
    `There is no record ${record(facts)}.${choices(facts, 'existing', 'There is')}${choices(facts, 'near', 'Near it')} Nothing was changed.`,
  'record-conflict': (facts) =>
    `${'name' in facts ? record(facts) : code(text(facts, 'zone'))} cannot have this change${because(facts)}${place(facts)}.${choices(facts, 'existing', 'There is')} Nothing was changed.`,
  'serial-unreadable': (facts) =>
    `The serial ${code(text(facts, 'serial') || text(facts, 'file') || text(facts, 'zone'))} cannot be raised${because(facts)}. Nothing was changed.`,
  'host-locked': (facts) =>
    `${code(text(facts, 'host'))} is locked by ${plain(text(facts, 'owner'))}${'reason' in facts ? ` (${reason(facts)})` : ''}. Nothing was started on it.`,
  'host-held': (facts) => {
    const hosts = 'hosts' in facts ? list(facts, 'hosts') : [text(facts, 'host')];
    const [is, it] = hosts.length === 1 ? ['is', 'It stays'] : ['are', 'They stay'];
    return `${listed(hosts.map(code))} ${is} held${because(facts)}. ${it} there until a commit changes something for just that host, or a person deploys it by name.`;
  },
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
  const next = refusal.next === undefined ? [] : ['', nextStep(refusal.next)];
  return [...quoted, words[refusal.code](refusal.facts), ...next, '', `<sub>${refusal.code}</sub>`].join('\n');
}

/** A command is shown as it is to be typed; anything else is said in words. */
function nextStep(next: string): string {
  return next.startsWith('/') ? `Type this to go on: ${code(next)}` : plain(next);
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
