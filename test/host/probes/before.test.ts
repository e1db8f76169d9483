import { describe, expect, it } from 'vitest';
import type { FakeHost } from '../fake-link.ts';
import { fakeClock, fakeLinks, healthy, lookText } from '../fake-link.ts';
import type { Expected } from '../../../src/host/machine.ts';
import { failingBefore, runProbes } from '../../../src/host/probes/run-probes.ts';
import type { Answer, NetworkQuestion } from '../../../src/host/probes/question.ts';
import { steadyLink } from '../../../src/host/steady-link.ts';
import { expected, sceneOf } from './scene.ts';

const none: Answer = { kind: 'none', detail: 'refused' };
const scene = sceneOf({
  units: ['consul.service', 'grafana.service'],
  tcp: [{ port: 8500 }, { port: 3000 }],
});
const block = (id: string, active: string): string =>
  `Result=success\nId=${id}\nLoadState=loaded\nActiveState=${active}\nSubState=x\n`;

function asking(host: Partial<FakeHost>, network: (question: NetworkQuestion) => Answer) {
  const clock = fakeClock();
  const links = fakeLinks({
    answer: (command) => {
      if (command.kind === 'look') return lookText();
      if (command.kind === 'show-units')
        return `${block('consul.service', 'failed')}\n${block('grafana.service', 'active')}`;
      return 'none Connection refused\n';
    },
    ...host,
  });
  const open = (host: string) =>
    steadyLink(links, { host, address: '10.0.20.11', port: 22, user: 'fleetwright', hostKey: '' }, clock);
  const dns = { query: () => new Uint8Array(12), answer: () => null };
  return {
    journal: links.journal,
    link: open('wolfhound'),
    openOther: open,
    asker: { dns, ask: async (question: NetworkQuestion) => network(question) },
    clock,
    patience: { end: clock.now() + 600_000 },
  };
}
const port = (open: number) => (question: NetworkQuestion) =>
  question.kind === 'tcp' && question.port === open ? ({ kind: 'tcp' } as const) : none;

describe('What failed before a deploy', () => {
  it('is known by the declared probes that fail twice', async () => {
    const failing = await failingBefore(expected, scene, asking({}, port(3000)));
    expect(failing).toEqual(['units consul.service', 'tcp {"kind":"tcp","address":"10.0.20.11","port":8500}']);
  });

  it('is not a moment of trouble', async () => {
    let asked = 0;
    const network = (): Answer => ((asked += 1) <= 2 ? none : { kind: 'tcp' });
    expect(await failingBefore(expected, scene, asking({}, network))).toEqual(['units consul.service']);
  });

  it('asks nobody where nothing is declared', async () => {
    const asker = asking({}, port(1));
    expect(await failingBefore(expected, sceneOf(), asker)).toEqual([]);
    expect(asker.journal).toEqual([]);
  });

  it('is not held against the deploy, and what the deploy broke is', async () => {
    const before: Expected = {
      ...expected,
      baseline: { ...healthy, failingProbes: await failingBefore(expected, scene, asking({}, port(3000))) },
    };
    const same = await runProbes(before, scene, asking({}, port(3000)));
    expect(same.findings.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'warning: consul.service is failed (x) (it failed before the deploy too)',
      'warning: 10.0.20.11 port 8500 does not accept a connection: refused; down everywhere: no answer from the bot, the host itself and 10.0.20.0/24 (griffin) (it failed before the deploy too)',
    ]);
    expect(same.findings.every((finding) => !('subject' in finding))).toBe(true);
    const worse = await runProbes(before, scene, asking({}, port(1)));
    expect(worse.findings.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      '10.0.20.11 port 3000 does not accept a connection: refused; down everywhere: no answer from the bot, the host itself and 10.0.20.0/24 (griffin)',
    ]);
  });

  it('is a warning only where the rest of the fleet reaches what the bot cannot', async () => {
    const fine = await runProbes(
      { ...expected, baseline: healthy },
      sceneOf({ tcp: [{ port: 8500 }] }),
      asking({ answer: (command) => (command.kind === 'look' ? lookText() : 'open\n') }, port(1)),
    );
    expect(fine.findings.map(({ level }) => level)).toEqual(['warning']);
  });
});
