import type { Look } from '../look-answer.ts';
import type { Expected } from '../machine.ts';
import { type Asked, fails, type Probe } from './probe.ts';

/**
 * Units that are worse than before. What had failed before is not held against the deploy.
 *
 * A service that crashes and restarts is never among the failed. It is found by waiting for its next start just now,
 * or by a restart counter that has grown between two looks. A counter that stands still is history: the service had a
 * bad start and then recovered.
 */
export const failedUnits: Probe = {
  id: 'failed-units',
  title: 'No unit has failed or keeps restarting that did not before.',
  asks: (_expected, { fleet }) => [
    { kind: 'look', afterSeconds: 0 },
    { kind: 'look', afterSeconds: fleet.deploy.flap_seconds },
  ],
  judge(asked, expected, scene) {
    const looks = looksOf(asked);
    if (looks === null) return [fails(failedUnits, scene, 'the host could not be asked for its units')];
    const { failed, flapping } = worse(looks, expected);
    return [
      ...failed.map((unit) => fails(failedUnits, scene, `${unit} has failed`)),
      ...flapping.map((unit) =>
        fails(failedUnits, scene, `${unit} keeps restarting (${looks.last.restartingUnits[unit] ?? 0} times so far)`),
      ),
    ];
  },
  suspects(asked, expected) {
    const looks = looksOf(asked);
    if (looks === null) return [];
    const { failed, flapping } = worse(looks, expected);
    return [...failed, ...flapping];
  },
};

interface Looks {
  readonly first: Look;
  readonly last: Look;
}

function looksOf(asked: readonly Asked[]): Looks | null {
  const looks = asked.flatMap(({ answer }) => (answer.kind === 'look' ? [answer.look] : []));
  const [first, last] = [looks[0], looks.at(-1)];
  return first === undefined || last === undefined || looks.length !== asked.length ? null : { first, last };
}

function worse({ first, last }: Looks, { baseline }: Expected): { failed: string[]; flapping: string[] } {
  const before = new Set([...baseline.failedUnits, ...Object.keys(baseline.restartingUnits)]);
  const failed = last.failedUnits.filter((unit) => !before.has(unit));
  const flapping = Object.entries(last.restartingUnits)
    .filter(([unit, count]) => last.waitingUnits.includes(unit) || count > (first.restartingUnits[unit] ?? 0))
    .map(([unit]) => unit)
    .filter((unit) => !before.has(unit) && !failed.includes(unit));
  return { failed, flapping };
}
