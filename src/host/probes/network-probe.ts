import type { Finding } from '../../core/finding.ts';
import type { Expected } from '../machine.ts';
import { type Asked, fails, type Probe, type ProbeFinding, type Scene } from './probe.ts';
import type { Answer, NetworkQuestion } from './question.ts';
import { levelOf, type Sight, verdictOf, verdictWords } from './reachability.ts';

/** One thing that the network must answer. */
export interface Want {
  readonly question: NetworkQuestion;
  /** What is wrong with an answer, or null. */
  trouble(answer: Answer): string | null;
  /** `warning`: worth saying, and no reason to take a deploy back. */
  readonly level?: Finding['level'];
  /** Of a warning: a wrong answer may become right, and is waited for. No answer is not. */
  readonly awaited?: true;
}

interface NetworkParts {
  readonly id: string;
  readonly title: string;
  readonly declared?: true;
  wants(expected: Expected, scene: Scene): readonly Want[];
  /** What cannot be asked because the config is wrong. */
  mistakes?(scene: Scene): readonly string[];
}

/** A probe whose questions go over the network, and which tells what is down from what only the bot cannot reach. */
export function networkProbe(parts: NetworkParts): Probe {
  const { id, title } = parts;
  const wants = (expected: Expected, scene: Scene): readonly Want[] => parts.wants(expected, scene);
  return {
    id,
    title,
    ...(parts.declared === undefined ? {} : { declared: parts.declared }),
    asks: (expected, scene) => wants(expected, scene).map(({ question }) => question),
    judge(asked, expected, scene) {
      const mistakes = (parts.mistakes?.(scene) ?? []).map((message) => fails(parts, scene, message));
      const unasked: Answer = { kind: 'none', detail: 'it was not asked' };
      const found = wants(expected, scene).flatMap((want, index) =>
        judgedWant(parts, want, asked[index] ?? { question: want.question, answer: unasked }, scene),
      );
      return [...mistakes, ...found];
    },
  };
}

/** What a probe says of one answer, and of what others saw where the bot got none. */
export function judgedWant(
  probe: Pick<Probe, 'id'>,
  want: Want,
  { answer, elsewhere }: Asked,
  scene: Scene,
): ProbeFinding[] {
  const trouble = want.trouble(answer);
  if (trouble === null) return [];
  const asError = fails(probe, scene, trouble, JSON.stringify(want.question));
  const level = want.level ?? 'error';
  // An answer that is wrong has been reached; who else reaches it does not matter.
  if (answer.kind !== 'none' || elsewhere === undefined)
    return [
      { ...asError, level, ...(want.awaited === true && answer.kind !== 'none' ? { awaited: true as const } : {}) },
    ];
  const views = elsewhere.map((seen) => ({ vantage: seen.vantage, sight: sightOf(want, seen.answer) }));
  const verdict = verdictOf(views);
  const wrong = verdict.kind === 'wrong' ? elsewhere.find(({ vantage }) => vantage === verdict.at) : undefined;
  const there = wrong === undefined ? null : want.trouble(wrong.answer);
  const message = `${trouble}; ${verdictWords(verdict)}${there === null ? '' : `: ${there}`}`;
  return [{ ...asError, level: level === 'error' ? levelOf(verdict) : level, message }];
}

function sightOf(want: Want, answer: Answer): Sight {
  if (answer.kind === 'none') return 'none';
  return want.trouble(answer) === null ? 'good' : 'wrong';
}
