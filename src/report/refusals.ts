import type { Refusal, RefusalCode } from '../core/refusal.ts';
import { bareName } from './bare-name.ts';
import { code, count, listed, plain, prose } from './markdown.ts';

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
const reason = (facts: Facts): string => prose(text(facts, 'reason'));
const because = (facts: Facts): string => ('reason' in facts ? `: ${reason(facts)}` : '');
const commit = (facts: Facts, name: string): string => code(text(facts, name).slice(0, 12));
const name = (facts: Facts, fact = 'name'): string => code(bareName(text(facts, fact)));
/** A record as far as the refusal names it: `the A record `consul.fleet.lan``, or without a type where none was asked for. */
const record = (facts: Facts): string =>
  `${'type' in facts ? `${plain(text(facts, 'type'))} record` : 'record'} ${name(facts)}`;
const at = (facts: Facts): string => [text(facts, 'file'), text(facts, 'line')].filter((word) => word !== '').join(':');
const place = (facts: Facts): string => (at(facts) === '' ? '' : ` (${code(at(facts))})`);
const choices = (facts: Facts, fact: string, what: string): string => {
  const named = list(facts, fact);
  return named.length === 0 ? '' : ` ${what}: ${named.map((word) => code(bareName(word))).join(', ')}.`;
};

/** The limits of a change, as the writer names them. */
const limitWords: Readonly<Record<string, string>> = {
  turns: 'it took as many turns as one change may take',
  dollars: 'it would have cost more than one change may cost',
  time: 'it took as long as one change may take',
};

/** One function per code. The README's table of refusals is made from the keys and the summaries below. */
const words: Readonly<Record<RefusalCode, Words>> = {
  'repository-not-allowed': (facts) =>
    `${code(text(facts, 'repository'))} is not among the repositories that this bot serves. Its operator keeps that list.`,
  'no-write-permission': (facts) =>
    `Only people with write permission to this repository can instruct the bot; ${code(text(facts, 'author'))} has none. Nothing was started.`,
  'fork-pull-request': () =>
    'This pull request comes from a fork. Its code is neither planned nor deployed: evaluating it would run it. Somebody who has read it can push its branch to this repository.',
  'unknown-command': (facts) =>
    `There is no command ${code(`/${text(facts, 'verb')}`)}.${meant(facts, '/')}${known(facts, 'Commands')}`,
  'bad-arguments': (facts) => {
    if ('name' in facts) return `The ${record(facts)} cannot be written${because(facts)}. Nothing was changed.`;
    if ('data' in facts) return `This cannot be written${because(facts)}. Nothing was changed.`;
    return `This command ${reason(facts)}.${'usage' in facts ? ` It is written ${code(text(facts, 'usage'))}.` : ''}`;
  },
  'unknown-host': (facts) => {
    const asked = bareName(text(facts, 'host') || text(facts, 'name'));
    const suggestion = `${meant(facts)}${choices(facts, 'near', 'Near it')}${known(facts, 'Hosts')}`;
    return 'reason' in facts
      ? `${code(asked)} cannot be used here${because(facts)}.${suggestion}`
      : `There is no host ${code(asked)} in this fleet.${suggestion}`;
  },
  'unknown-tag': (facts) =>
    `No host carries the tag ${code(text(facts, 'tag'))}.${meant(facts, '#')}${known(facts, 'Tags')}`,
  'unknown-unit': (facts) =>
    `${code(text(facts, 'host'))} has no unit ${code(text(facts, 'unit'))}, and its journal holds nothing of one.${choices(facts, 'failed', 'What has failed there')}`,
  'ask-not-understood': (facts) =>
    `The bot does not understand ${'sentence' in facts && text(facts, 'sentence') !== '' ? code(text(facts, 'sentence')) : 'this'} as a DNS change. Nothing was started.${choices(facts, 'understood', 'What it understands')}`,
  'ask-ambiguous': (facts) =>
    `It is not clear ${plain(text(facts, 'question'))} is meant by ${name(facts)}. Nothing was started.${choices(facts, 'choices', 'It can be')}`,
  'no-model': () =>
    'No model is configured here, so the bot makes only the changes that need none. Nothing was started.',
  'head-unknown': (facts) =>
    `The bot has not seen a signed event that names the ${'number' in facts ? `commit of pull request ${code(text(facts, 'number'))}` : 'commit'}, so it does not know what it would deploy.`,
  'head-moved': (facts) =>
    'shown' in facts
      ? `The head of this pull request is now ${code(text(facts, 'current'))}; the last plan was for ${code(text(facts, 'shown'))}. Nothing was started, because what you read may not be what would be deployed.`
      : `The bot has not shown a plan for ${code(text(facts, 'current'))} yet. Nothing was started.`,
  'sha-mismatch': (facts) =>
    `${code(text(facts, 'asked'))} is not the commit ${'host' in facts ? `that waits on ${code(text(facts, 'host'))} for a reboot` : 'of this pull request'}, which is ${code(text(facts, 'current'))}. Nothing was started.`,
  'not-an-ancestor': (facts) =>
    `${code(text(facts, 'host'))} runs ${commit(facts, 'hostCommit')}, which is not part of ${commit(facts, 'merge')}: the deploy would silently undo something. The host was left alone.`,
  overtaken: (facts) =>
    `${code(text(facts, 'host'))} was brought to ${commit(facts, 'hostCommit')} meanwhile, which contains ${commit(facts, 'merge')} already. The host was left alone.`,
  'commit-not-merged': (facts) =>
    `${commit(facts, 'merge')}, which ${code(text(facts, 'host'))} missed, is not part of the default branch any more. The host was left alone.`,
  'commit-failed': (facts) =>
    `${commit(facts, 'merge')}, which ${code(text(facts, 'host'))} missed, ${list(facts, 'hosts').length === 0 ? 'was stopped' : `ended badly on ${listed(list(facts, 'hosts').map(code))}`}. The host was left alone.`,
  'away-too-long': (facts) =>
    `${code(text(facts, 'host'))} was not reached for ${plain(text(facts, 'days'))} days, and is not asked any more for ${commit(facts, 'merge')}.`,
  'pull-request-closed': () =>
    'This pull request was closed without being merged. Nothing is deployed from it unless it is opened again.',
  'findings-open': (facts) =>
    `The plan for ${commit(facts, 'sha')} has ${count(Number(facts['count'] ?? 1), 'finding')} of level *error* (${list(facts, 'checks').map(code).join(', ')}). Nothing was started. Mend what the plan names, or set it aside with a reason.`,
  'approval-needed': (facts) =>
    `The plan for ${commit(facts, 'sha')} names ${count(Number(facts['count'] ?? 1), 'risk')} that a person must say yes to first. Nothing was started.\n\n${list(
      facts,
      'risks',
    )
      .map((risk) => `- ${prose(risk)}`)
      .join('\n')}`,
  'nothing-to-approve': (facts) =>
    'sha' in facts
      ? `The plan for ${commit(facts, 'sha')} names no risk that waits for a yes. Nothing was changed.`
      : 'There is no plan for this commit yet, so there is nothing to say yes to.',
  'config-missing': () =>
    `There is no ${code('.github/fleetwright.yml')} on the default branch, so the bot does not know the hosts. Add the file, then ask again.`,
  'config-invalid': (facts) =>
    `${code('.github/fleetwright.yml')} on the default branch has ${count(Number(facts['count'] ?? 1), 'mistake')}, so nothing is planned or deployed.`,
  'zone-not-found': (facts) =>
    `No zone of this repository holds ${name(facts, 'name' in facts ? 'name' : 'zone')}${because(facts)}.${choices(facts, 'zones', 'Zones')} Nothing was changed.`,
  'zone-unreadable': (facts) =>
    `The change would touch ${code(at(facts))}, which cannot be edited safely${because(facts)}. Nothing was changed.`,
  'record-exists': (facts) => `The ${record(facts)} is already there${place(facts)}. Nothing was changed.`,
  'record-not-found': (facts) =>
    `There is no ${record(facts)}.${choices(facts, 'existing', 'There is')}${choices(facts, 'near', 'Near it')} Nothing was changed.`,
  'record-conflict': (facts) =>
    `${'name' in facts ? `The ${record(facts)}` : `The change of ${name(facts, 'zone')}`} cannot be made${because(facts)}${'existing' in facts ? '' : place(facts)}.${choices(facts, 'existing', 'There is')} Nothing was changed.`,
  'serial-unreadable': (facts) =>
    `The serial ${'serial' in facts ? `${code(text(facts, 'serial'))} ` : ''}of ${name(facts, 'zone')}${place(facts)} cannot be raised${because(facts)}. Nothing was changed.`,
  'zone-proof-failed': (facts) =>
    `The change of ${name(facts, 'zone')}${place(facts)} does not prove right${because(facts)}. Nothing was changed.`,
  'host-locked': (facts) =>
    `${code(text(facts, 'host'))} is locked by ${plain(text(facts, 'owner'))}${'reason' in facts ? ` (${reason(facts)})` : ''}${'until' in facts ? ` until ${plain(text(facts, 'until').slice(0, 16).replace('T', ' '))} UTC` : ''}. Nothing was started on it.`,
  'host-held': (facts) => {
    const hosts = 'hosts' in facts ? list(facts, 'hosts') : [text(facts, 'host')];
    const [is, each] = hosts.length === 1 ? ['is', 'It'] : ['are', 'Each'];
    return `${listed(hosts.map(code))} ${is} held${because(facts)}. ${each} stays where it is until a commit changes its own files, or a person deploys it by name.`;
  },
  'outside-window': (facts) => {
    const why =
      'reason' in facts ? `Deploys are frozen: ${reason(facts)}.` : 'Deploys are not open now (`deploy.windows`).';
    const opens =
      'opens' in facts ? ` They open at ${plain(text(facts, 'opens').slice(0, 16).replace('T', ' '))} UTC.` : '';
    return `${why}${opens} ${text(facts, 'waits') === 'yes' ? 'The merge is deployed then.' : 'Nothing was started.'}`;
  },
  'not-locked': (facts) => `No person’s lock is on ${listed(list(facts, 'hosts').map(code))}. Nothing was changed.`,
  'not-held': (facts) => `${listed(list(facts, 'hosts').map(code))}: not held. Nothing was changed.`,
  'nothing-running': (facts) => {
    const elsewhere = list(facts, 'elsewhere');
    const where = elsewhere.length === 0 ? '' : ` Rollouts run on ${listed(elsewhere.map(plain))}.`;
    return `Nothing that this conversation began is under way, so nothing was taken back.${where}`;
  },
  'host-key-unknown': (facts) =>
    `The host key of ${code(text(facts, 'host'))} in the config file is neither a fingerprint nor a key line. Write it as ${code('ssh-keygen -lf')} prints it.`,
  'host-not-ready': (facts) =>
    `${code(text(facts, 'host'))} is not in a state in which a deploy is safe: ${reason(facts)}. Nothing was changed on it.`,
  'nothing-pending': (facts) =>
    `No system waits on ${code(text(facts, 'host'))} for a reboot${'commit' in facts ? ` at ${code(text(facts, 'commit'))}` : ''}. The bot reboots a host for nothing else.`,
  'stale-fencing-token': (facts) =>
    `${code(text(facts, 'host'))} has seen a newer deploy than this one, so this one stops. The newer one tells how it ends.`,
  'edit-not-allowed': (facts) => `${code(text(facts, 'file'))} may not be changed by the bot: ${reason(facts)}.`,
  'budget-spent': (facts) =>
    `The model stopped before the change was done: ${limitWords[text(facts, 'reason')] ?? reason(facts)}. No pull request was opened. Ask for less at once, or raise the limit.`,
  'question-open': () => 'The bot asked a question above and waits for the answer, in a comment that mentions it.',
  'model-declined': (facts) =>
    `The model declined this request${'category' in facts ? ` (${plain(text(facts, 'category'))})` : ''}. A person has to make this change.`,
};

/** The refusal as a person reads it: what happened, where things stand, what to do next. */
export function renderRefusal(refusal: Refusal, typed?: string): string {
  const quoted = typed === undefined ? [] : [`> ${code(typed)}`, ''];
  const shown = [...list(refusal.facts, 'understood'), ...list(refusal.facts, 'choices')];
  const next = refusal.next === undefined || shown.includes(refusal.next) ? [] : ['', nextStep(refusal.next)];
  return [...quoted, words[refusal.code](refusal.facts), ...next, '', `<sub>${refusal.code}</sub>`].join('\n');
}

/** What happened and what to do next, as one paragraph of Markdown. */
export function refusalSentence(refusal: Refusal): string {
  const said = words[refusal.code](refusal.facts);
  return refusal.next === undefined ? said : `${said} ${plain(refusal.next)}`;
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
  'unknown-unit': 'The host has no such unit, and had none.',
  'ask-not-understood': 'The issue is no change that can be made without a model.',
  'ask-ambiguous': 'The issue can be read in more than one way.',
  'no-model': 'The change needs a model and none is configured.',
  'head-unknown': 'No signed event named the commit of the pull request yet.',
  'head-moved': 'The head is not the commit of the last plan.',
  'sha-mismatch': 'The commit that was named is not the pull request’s, or not the one that waits for a reboot.',
  'not-an-ancestor': 'The host runs a commit that the merge does not contain.',
  overtaken: 'A later commit reached the host while this one waited for it.',
  'commit-not-merged': 'The commit that an offline host missed left the default branch.',
  'commit-failed': 'The commit that an offline host missed was stopped, or ended badly on other hosts.',
  'away-too-long': 'An offline host did not answer for so long that it is not asked any more.',
  'pull-request-closed': 'The pull request was closed without a merge.',
  'findings-open': 'The plan names errors that nobody mended or set aside.',
  'approval-needed': 'The plan names risks that a person must say yes to first.',
  'nothing-to-approve': 'No risk of the plan waits for a yes.',
  'config-missing': 'The default branch has no config file.',
  'config-invalid': 'The config file on the default branch has mistakes.',
  'zone-not-found': 'No zone of the repository holds the name.',
  'zone-unreadable': 'A line that the edit would touch cannot be read.',
  'record-exists': 'The record is already there.',
  'record-not-found': 'The record that should go or change is not there.',
  'record-conflict': 'The record may not stand beside what is there (RFC 1034, section 3.6.2).',
  'serial-unreadable': 'The zone’s serial is out of range or not a number.',
  'zone-proof-failed':
    'The records before and after, as a name server’s program reads them, differ by more than the asked change.',
  'host-locked': 'Another deploy or a person holds the host.',
  'host-held': 'The host was reverted and nothing changed for it since.',
  'outside-window': 'Deploys are frozen, or no window of the config is open.',
  'not-locked': 'Nobody locked the host that is to be unlocked.',
  'not-held': 'The host that is to be freed is not held.',
  'nothing-running': 'No rollout of this conversation is under way.',
  'host-key-unknown': 'The config file names no usable host key.',
  'host-not-ready': 'The host is busy, about to shut down, or does not run its own profile.',
  'nothing-pending': 'No deploy left a system on the host that waits for a reboot.',
  'stale-fencing-token': 'A newer deploy reached the host first.',
  'edit-not-allowed': 'The change touches a file that the bot never writes.',
  'budget-spent': 'The change reached its limit of turns, time or money.',
  'question-open': 'The bot waits for a person’s answer.',
  'model-declined': 'The model declined the request.',
};
