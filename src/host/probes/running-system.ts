import { fails, type Probe } from './probe.ts';

/** The link is set early in a switch, so it proves nothing while a switch is under way. */
export const runningSystem: Probe = {
  id: 'running-system',
  title: 'The host runs the system that was asked for, has not rebooted, and no switch is under way.',
  asks: () => [{ kind: 'look', afterSeconds: 0 }],
  judge(asked, expected, scene) {
    return asked.flatMap(({ answer }) => {
      if (answer.kind !== 'look') return [fails(runningSystem, scene, `the host does not answer: ${detailOf(answer)}`)];
      const { running, bootId, switching } = answer.look;
      const messages: string[] = [];
      if (running !== expected.running) messages.push(`runs ${running ?? 'nothing known'}, not ${expected.running}`);
      if (bootId !== expected.baseline.bootId) messages.push('has rebooted');
      if (switching) messages.push('is still switching');
      return messages.map((message) => fails(runningSystem, scene, message));
    });
  },
};

function detailOf(answer: { readonly kind: string; readonly detail?: string }): string {
  return answer.detail ?? answer.kind;
}
