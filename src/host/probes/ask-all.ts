import { never } from '../../core/bug.ts';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { Link } from '../link.ts';
import { parseLook } from '../look-answer.ts';
import { strangeAnswer, textOf } from '../run-command.ts';
import type { Patience, SteadyLink } from '../steady-link.ts';
import { askFromHost } from './ask-from-host.ts';
import { firstWords, parseScript, parseSockets, parseUnits } from './host-answers.ts';
import type { Answer, Asker, HostQuestion, Question } from './question.ts';

export interface Asking {
  readonly link: SteadyLink;
  readonly asker: Asker;
  readonly clock: Clock;
  readonly patience: Patience;
}

/** Asks every question once, however many probes have it, and returns the answers by `keyOf`. */
export async function askAll(questions: readonly Question[], asking: Asking): Promise<ReadonlyMap<string, Answer>> {
  const unique = [...new Map(questions.map((question) => [keyOf(question), question]))];
  const began = asking.clock.now();
  // The host is asked one thing after the other, in the order of time; the network meanwhile and all at once.
  const ofHost = unique.filter(([, question]) => isHostQuestion(question));
  ofHost.sort(([, a], [, b]) => afterOf(a) - afterOf(b));
  const [answers, others] = await Promise.all([
    inOrder(ofHost, async (question) => {
      const wait = began + afterOf(question) * 1000 - asking.clock.now();
      if (wait > 0) await asking.clock.sleep(wait, asking.patience.signal);
      return askHost(question, asking);
    }),
    Promise.all(
      unique.map(
        async ([key, question]): Promise<[string, Answer][]> =>
          isHostQuestion(question) ? [] : [[key, await asking.asker.ask(question, asking.patience.signal)]],
      ),
    ),
  ]);
  return new Map([...answers, ...others.flat()]);
}

/** Equal questions have equal keys. */
export function keyOf(question: Question): string {
  return JSON.stringify(question);
}

export function isHostQuestion(question: Question): question is HostQuestion {
  switch (question.kind) {
    case 'look':
    case 'units':
    case 'machines':
    case 'machine-units':
    case 'script':
    case 'sockets':
    case 'own':
      return true;
    case 'http':
    case 'tcp':
    case 'dns':
      return false;
    default:
      return never(question);
  }
}

function afterOf(question: Question): number {
  return question.kind === 'look' ? question.afterSeconds : 0;
}

async function inOrder(
  questions: readonly (readonly [string, Question])[],
  ask: (question: HostQuestion) => Promise<Answer>,
): Promise<[string, Answer][]> {
  const answers: [string, Answer][] = [];
  for (const [key, question] of questions) if (isHostQuestion(question)) answers.push([key, await ask(question)]);
  return answers;
}

/** A host that cannot be asked has given an answer. What is wrong with us or with the set-up is a fault as ever. */
async function askHost(question: HostQuestion, { link, asker, patience }: Asking): Promise<Answer> {
  try {
    return await link.use(patience, (open) => askOver(open, question, asker));
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code === 'host-key-mismatch' || fault.code === 'fenced-off') throw fault;
    return { kind: 'none', detail: fault.message };
  }
}

async function askOver(link: Link, question: HostQuestion, asker: Asker): Promise<Answer> {
  switch (question.kind) {
    case 'look': {
      const look = parseLook(await textOf(link, { kind: 'look' }, { deadlineMs: 30_000 }));
      if (look === null) throw strangeAnswer('look', 'not the report of a host');
      return { kind: 'look', look };
    }
    case 'units':
      return { kind: 'units', units: parseUnits(await textOf(link, { kind: 'show-units', units: question.units })) };
    case 'machines':
      return { kind: 'machines', names: firstWords(await textOf(link, { kind: 'list-machines' })) };
    case 'machine-units': {
      const ended = await link.run({ kind: 'list-machine-units', machine: question.machine }, { deadlineMs: 15_000 });
      // Without the right, or in a machine without systemd, nobody knows.
      if (ended.exitCode !== 0) return { kind: 'unable' };
      return { kind: 'machine-units', failed: firstWords(new TextDecoder().decode(ended.stdout)) };
    }
    case 'script': {
      const text = await textOf(link, { kind: 'run-check', check: question.check }, { deadlineMs: 45_000 });
      const script = parseScript(text);
      if (script === null) throw strangeAnswer('run-check', 'not the report of a check');
      return { kind: 'script', ...script };
    }
    case 'sockets':
      return { kind: 'sockets', sockets: parseSockets(await textOf(link, { kind: 'list-sockets' })) };
    case 'own': {
      const answer = await askFromHost(link, question.question, asker.dns);
      return answer ?? { kind: 'unable' };
    }
    default:
      return never(question);
  }
}
