import type { Finding } from '../../core/finding.ts';
import type { Expected } from '../machine.ts';
import { askAll, type Asking, isHostQuestion, keyOf } from './ask-all.ts';
import { askElsewhere, type OpenOther } from './ask-elsewhere.ts';
import { probes } from './list.ts';
import type { Asked, Probe, ProbeFinding, Scene } from './probe.ts';
import type { Answer, NetworkQuestion } from './question.ts';

export interface Probed {
  readonly findings: readonly Finding[];
  /** Units whose logs would explain them. */
  readonly suspects: readonly string[];
}

const pauseMs = 1000;

interface Round extends Probed {
  readonly findings: readonly ProbeFinding[];
  readonly asked: readonly Asked[];
}

/**
 * Asks until everything is true or `probe_seconds` have passed: services take their time to come up. A probe that has
 * passed is not asked again. What got no answer by then is asked from elsewhere, to tell down from unreachable.
 */
export async function runProbes(
  expected: Expected,
  scene: Scene,
  asking: Asking & { readonly openOther: OpenOther },
): Promise<Probed> {
  const { clock, patience } = asking;
  const { settle_seconds, probe_seconds } = scene.fleet.deploy;
  if (settle_seconds > 0 && expected.after !== 'nothing') {
    await clock.sleep(Math.min(settle_seconds * 1000, Math.max(0, patience.end - clock.now())), patience.signal);
  }
  const end = Math.min(patience.end, clock.now() + probe_seconds * 1000);
  const verdicts = new Map<Probe, Round>();
  let open: readonly Probe[] = probes;
  for (;;) {
    const round = await judged(open, expected, scene, { ...asking, patience: { ...patience, end } });
    for (const [probe, verdict] of round) verdicts.set(probe, verdict);
    open = open.filter((probe) =>
      round
        .get(probe)
        ?.findings.some(({ level, awaited }) => level === 'error' || awaited === true || probe.patient === true),
    );
    if (open.length === 0 || clock.now() + pauseMs >= end) break;
    await clock.sleep(pauseMs, patience.signal);
  }
  // What was told of beside other probes' failures may have come up while those were waited for.
  const early = [...verdicts].flatMap(([probe, { asked }]) =>
    probe.derived === true && !open.includes(probe) && asked.some((one) => unansweredIn(one).length > 0) ? [probe] : [],
  );
  for (const [probe, verdict] of await judged(early, expected, scene, asking)) verdicts.set(probe, verdict);
  const lost = [...verdicts].filter(([, { findings }]) => findings.length > 0);
  const unanswered = lost.flatMap(([, { asked }]) => asked.flatMap(unansweredIn));
  const elsewhere = await askElsewhere(unanswered, scene, asking);
  for (const [probe, verdict] of lost) {
    if (!verdict.asked.some(({ question }) => elsewhere.has(keyOf(question)))) continue;
    const asked = verdict.asked.map((one): Asked => {
      const seen = elsewhere.get(keyOf(one.question));
      return seen === undefined ? one : { ...one, elsewhere: seen };
    });
    verdicts.set(probe, { ...verdict, findings: againstBefore(probe.judge(asked, expected, scene), expected) });
  }
  const all = probes.flatMap((probe) => {
    const verdict = verdicts.get(probe);
    return verdict === undefined ? [] : [{ ...verdict, findings: verdict.findings.map(asWanted(probe, scene)) }];
  });
  return {
    findings: all.flatMap(({ findings }) => findings.map(withoutSubject)),
    suspects: [...new Set(all.flatMap(({ suspects }) => suspects))],
  };
}

async function judged(
  open: readonly Probe[],
  expected: Expected,
  scene: Scene,
  asking: Asking,
): Promise<ReadonlyMap<Probe, Round>> {
  const questions = open.map((probe) => [probe, probe.asks(expected, scene)] as const);
  const answers = await askAll(
    questions.flatMap(([, asked]) => asked),
    asking,
  );
  const unasked: Answer = { kind: 'none', detail: 'it was not asked' };
  return new Map(
    questions.map(([probe, list]) => {
      const asked: readonly Asked[] = list.map((question) => ({
        question,
        answer: answers.get(keyOf(question)) ?? unasked,
      }));
      const findings = againstBefore(probe.judge(asked, expected, scene), expected);
      const suspects = findings.length === 0 ? [] : (probe.suspects?.(asked, expected, scene) ?? []);
      return [probe, { findings, suspects, asked }];
    }),
  );
}

/**
 * Which declared probes fail before anything is done, by `beforeKey`. Each failing one is asked twice, so that a moment's
 * trouble does not excuse what the deploy breaks. Nobody is asked where nothing is declared.
 */
export async function failingBefore(expected: Expected, scene: Scene, asking: Asking): Promise<readonly string[]> {
  let open = probes.filter((probe) => probe.declared === true && probe.asks(expected, scene).length > 0);
  let failing: readonly string[] = [];
  for (let round = 0; round < 2 && open.length > 0; round += 1) {
    if (round > 0) await asking.clock.sleep(pauseMs, asking.patience.signal);
    const verdicts = await judged(open, expected, scene, asking);
    const keys = [...verdicts.values()].flatMap(({ findings }) => findings.flatMap((one) => beforeKey(one) ?? []));
    failing = round === 0 ? keys : failing.filter((key) => keys.includes(key));
    open = open.filter((probe) => (verdicts.get(probe)?.findings.length ?? 0) > 0);
  }
  return failing;
}

function beforeKey({ check, subject }: ProbeFinding): string | null {
  return subject === undefined ? null : `${check} ${subject}`;
}

/** What failed before the deploy is said, and not held against it. */
function againstBefore(findings: readonly ProbeFinding[], { baseline }: Expected): readonly ProbeFinding[] {
  const before = new Set(baseline.failingProbes ?? []);
  return findings.map((finding) => {
    const key = beforeKey(finding);
    if (finding.level !== 'error' || key === null || !before.has(key)) return finding;
    return { ...finding, level: 'warning', message: `${finding.message} (it failed before the deploy too)` };
  });
}

/** Whoever only wants to be told what we thought of by ourselves is told, and nothing is taken back for it. */
function asWanted(probe: Probe, { config }: Scene): (finding: ProbeFinding) => ProbeFinding {
  return (finding) =>
    probe.derived === true && config.probes.derived === 'warn' && finding.level === 'error'
      ? { ...finding, level: 'warning' }
      : finding;
}

function withoutSubject(finding: ProbeFinding): Finding {
  const { subject: _subject, awaited: _awaited, ...plain } = finding;
  return plain;
}

function unansweredIn({ question, answer }: Asked): readonly NetworkQuestion[] {
  return answer.kind === 'none' && !isHostQuestion(question) ? [question] : [];
}
