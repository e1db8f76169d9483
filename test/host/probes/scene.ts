import { fleetConfigShape } from '../../../src/config/fleet-config.ts';
import { parseHostName, type HostName } from '../../../src/core/names.ts';
import type { Expected } from '../../../src/host/machine.ts';
import type { Asked, Probe, Scene } from '../../../src/host/probes/probe.ts';
import type { Answer, Question, UnitState } from '../../../src/host/probes/question.ts';
import { healthy } from '../fake-link.ts';

const hostKey = `SHA256:${'A'.repeat(43)}`;

/** wolfhound, with these probes, in a fleet with griffin and a zone. */
export function sceneOf(probes: object = {}, zones: object = {}): Scene {
  const fleet = fleetConfigShape.parse({
    hosts: {
      wolfhound: { address: '10.0.20.11', host_key: hostKey, probes },
      griffin: { address: '10.0.20.10', host_key: hostKey },
    },
    zones,
    deploy: { flap_seconds: 7 },
  });
  const host = parseHostName('wolfhound') as HostName;
  const config = fleet.hosts[host];
  if (config === undefined) throw new Error('wolfhound');
  return { host, config, fleet };
}

export const expected: Expected = {
  running: healthy.running as Expected['running'],
  baseline: healthy,
  records: [],
  after: 'activation',
};

/** A service that a target wants and that runs. */
export const up: UnitState = {
  id: 'a.service',
  load: 'loaded',
  active: 'active',
  sub: 'running',
  result: 'success',
  type: 'simple',
  wantedBy: ['multi-user.target'],
  triggeredBy: [],
  conditionHeld: true,
};

/** What a probe says when its questions are answered by `answer`, in order. */
export function judged(
  probe: Probe,
  scene: Scene,
  answer: (question: Question, index: number) => Answer,
  more: Partial<Expected> = {},
): readonly string[] {
  const wanted = { ...expected, ...more };
  const asked: Asked[] = probe
    .asks(wanted, scene)
    .map((question, index) => ({ question, answer: answer(question, index) }));
  return probe.judge(asked, wanted, scene).map(({ message }) => message);
}
