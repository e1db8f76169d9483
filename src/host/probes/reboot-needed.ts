import { fails, type Probe } from './probe.ts';

/** Of a deploy its report says so already; of a host that is only looked at nobody else does. */
export const rebootNeeded: Probe = {
  id: 'reboot-needed',
  title: 'What the host runs is what it was booted with, as far as only a reboot changes it (a note).',
  asks: (expected) => (expected.after === 'nothing' ? [{ kind: 'look', afterSeconds: 0 }] : []),
  judge: (asked, _expected, scene) =>
    asked.flatMap(({ answer }) => {
      const parts = answer.kind === 'look' ? answer.look.rebootFor : [];
      if (parts.length === 0) return [];
      const message = `a reboot is needed for another ${parts.join(', ')}`;
      return [{ ...fails(rebootNeeded, scene, message), level: 'note' }];
    }),
};
