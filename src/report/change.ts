import type { Finding } from '../core/finding.ts';
import { bareName } from './bare-name.ts';
import { type ReportedDns, type ReportedRecord, renderDnsSection } from './dns-changes.ts';
import { code, count, listed, plain, prose } from './markdown.ts';
import { renderFindings } from './plan.ts';

/** A pull request that needed no model. */
export interface DirectChange {
  readonly issue: number;
  readonly asker: string;
  readonly dns: ReportedDns;
  readonly findings: readonly Finding[];
}

/** A pull request that a model wrote. What the model says stands in its own section, made harmless. */
export interface WrittenChange {
  readonly issue: number;
  readonly asker: string;
  readonly model: string;
  readonly summary: string;
  readonly hosts: readonly string[];
  readonly risks: readonly string[];
  readonly verify: readonly string[];
  readonly files: readonly string[];
  readonly turns: number;
  readonly dollars: number;
  readonly scripted: boolean;
  readonly dns: ReportedDns;
}

/** The answer to somebody without write permission: given once, polite, and nothing runs. */
export function renderOutsider(login: string): string {
  return `Thank you, ${code(login)}. The bot takes instructions only from people who can write to this repository. If one of them adds the label ${code('fleet')}, it starts.\n\n<sub>no-write-permission</sub>`;
}

type TitledRecord = Pick<ReportedRecord, 'action' | 'name' | 'type' | 'after' | 'zone'>;

/** A title in the imperative, short enough for a list. */
export function directTitle(records: readonly TitledRecord[]): string {
  const [first] = records;
  if (first === undefined) return 'Change DNS records';
  if (records.length > 1)
    return `Change ${count(records.length, 'DNS record')} in ${listed([...new Set(records.map(({ zone }) => bareName(zone)))])}`;
  const verb = { create: 'Add', update: 'Change', delete: 'Remove' }[first.action];
  const data =
    first.after === null
      ? ''
      : ` to ${first.after.length > 40 ? `${first.after.slice(0, 40)}…` : bareName(first.after)}`;
  return `${verb} ${first.type} ${bareName(first.name)}${first.action === 'delete' ? '' : data.replace(' to ', first.action === 'create' ? ' ' : ' to ')}`;
}

export function renderDirectChange(change: DirectChange): string {
  return [
    `Asked for by ${code(change.asker)}. No model was used.`,
    renderDnsSection(change.dns),
    renderFindings(change.findings),
    `Closes #${change.issue}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function renderWrittenChange(change: WrittenChange): string {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? '' : `**${title}**\n${items.map((item) => `- ${prose(item)}`).join('\n')}`;
  const by = change.scripted
    ? 'Played from a scripted conversation; no model was asked.'
    : `Written by ${code(change.model)} in ${count(change.turns, 'turn')} ($${change.dollars.toFixed(2)}).`;
  return [
    `Asked for by ${code(change.asker)}. ${by}`,
    ...change.summary.split(/\n{2,}/).map((paragraph) => prose(paragraph)),
    renderDnsSection(change.dns),
    list('Look at this twice', change.risks),
    list('To see that it works', change.verify),
    `Files: ${listed(change.files.map(code), 20)}.${change.hosts.length === 0 ? '' : ` Hosts: ${listed(change.hosts.map(code), 20)}.`}`,
    `Closes #${change.issue}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What stands on the issue once its pull request is open. */
export function renderOpened(pullRequest: number): string {
  return `The change is in #${pullRequest}. Nothing is deployed before somebody says so there.`;
}

/** What stands on the issue while a model works: its own plan, as our tools recorded it. */
export function renderWriting(
  items: readonly { readonly text: string; readonly done: boolean }[],
  now: string,
): string {
  return [
    `### The change is being written`,
    items.map(({ text, done }) => `- [${done ? 'x' : ' '}] ${plain(text)}`).join('\n'),
    `<sub>${plain(now)}</sub>`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function renderQuestion(
  question: { readonly question: string; readonly options: readonly string[]; readonly recommended: string },
  mention: string,
): string {
  return [
    '### A question first',
    plain(question.question),
    question.options
      .map((option) => `- ${plain(option)}${option === question.recommended ? ' *(recommended)*' : ''}`)
      .join('\n'),
    `Answer in a comment that mentions ${code(`@${mention}`)}; then the change goes on.`,
  ].join('\n\n');
}
