import { exitCodes } from '../cli/exit-codes.ts';
import { commands } from '../commands/list.ts';
import { outcomeMeanings, outcomes } from '../core/outcome.ts';
import { refusalCodes } from '../core/refusal.ts';
import { holders } from '../dns/holders.ts';
import { guards } from '../guard/list.ts';
import { probes } from '../host/probes/list.ts';
import { remoteRights } from '../host/remote-rights.ts';
import { queueNames, queueSummaries } from '../jobs/queue.ts';
import { renderReason } from '../report/deploy-reasons.ts';
import { deployReasons, deployStepNames } from '../report/deploy-report.ts';
import { deployStepWords } from '../report/deploy-step-words.ts';
import { commandTable } from '../report/help.ts';
import { code, table } from '../report/markdown.ts';
import { refusalSummaries } from '../report/refusals.ts';
import { tools } from '../writer/tools/list.ts';
import { fleetConfigSchema, settingsSchema } from './config-schema.ts';
import { keyRows } from './key-rows.ts';

/** The README's tables, each made from what the program itself uses. The names stand in the README's markers. */
export const readmeTables: Readonly<Record<string, () => string>> = {
  commands: () => commandTable(commands),
  steps: () =>
    table(
      ['Step', 'In the report', 'What happens'],
      deployStepNames.map((name) => [code(name), deployStepWords[name].word, deployStepWords[name].summary]),
    ),
  outcomes: () =>
    table(
      ['Outcome', 'Held', 'A person must act', 'What it means'],
      outcomes.map((outcome) => {
        const { held, callsForPerson, summary } = outcomeMeanings[outcome];
        return [code(outcome), yes(held), yes(callsForPerson), summary];
      }),
    ),
  reasons: () =>
    table(
      ['Reason', 'In words'],
      deployReasons.map((reason) => [code(reason), renderReason({ code: reason, facts: {} })]),
    ),
  refusals: () =>
    table(
      ['Refusal', 'When'],
      refusalCodes.map((refusal) => [code(refusal), refusalSummaries[refusal]]),
    ),
  config: () =>
    table(
      ['Key', 'Default', 'Allowed', 'What it is for'],
      keyRows(fleetConfigSchema()).map((key) => [code(key.path), key.standing, key.allowed, key.description]),
    ),
  environment: () =>
    table(
      ['Variable', 'Default', 'Allowed', 'What it is for'],
      keyRows(settingsSchema()).map((key) => [code(key.path), key.standing, key.allowed, key.description]),
    ),
  probes: () =>
    table(
      ['Probe', 'What it asks'],
      probes.map(({ id, title }) => [code(id), title]),
    ),
  guards: () =>
    table(
      ['Guard', 'What it sees'],
      guards.map(({ id, summary }) => [code(id), summary]),
    ),
  rights: () =>
    table(
      ['Command', 'What the account does', 'As root, because'],
      Object.entries(remoteRights).map(([kind, { what, root }]) => [code(kind), what, root ?? '']),
    ),
  queues: () =>
    table(
      ['Queue', 'What waits in it'],
      queueNames.map((name) => [code(name), queueSummaries[name]]),
    ),
  tools: () =>
    table(
      ['Tool', 'Effect'],
      tools.map(({ name, effect }) => [code(name), effect]),
    ),
  holders: () => holders.map(({ id }) => code(id)).join(', '),
  'exit-codes': () =>
    table(
      ['Code', 'When'],
      exitCodes.map(({ code: number, when }) => [code(String(number)), when]),
    ),
};

function yes(is: boolean): string {
  return is ? 'yes' : '';
}
