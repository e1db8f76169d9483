import { assert } from '../core/bug.ts';
import type { Clock } from '../core/clock.ts';
import type { Machine } from './machine.ts';
import { parseBootId } from './remote-names.ts';
import { strangeAnswer, wordOf } from './run-command.ts';
import type { SteadyLink } from './steady-link.ts';

/** What brings a host back by itself, and a reboot that a person asked for. */
export function watchdogOverSsh(
  link: SteadyLink,
  clock: Clock,
  token: number,
): Pick<Machine, 'arm' | 'disarm' | 'reboot'> {
  const shortly = () => ({ end: clock.now() + 60_000, tries: 3 });
  return {
    async arm(level, seconds) {
      const asked = { kind: 'arm-watchdog', token, level, seconds } as const;
      const { word, value, rest } = await link.use(shortly(), (open) => wordOf(open, asked));
      if (word === 'foreign') return { kind: 'foreign' };
      const left = Number(value) - Number(rest);
      if (word !== 'armed' || !Number.isSafeInteger(left)) throw strangeAnswer('arm-watchdog', `"${word} ${value}"`);
      // The host's clock may be another one; how long it is from now is the same for both.
      return { kind: 'armed', until: clock.now() + left * 1000 };
    },

    async disarm() {
      const { word } = await link.use(shortly(), (open) => wordOf(open, { kind: 'disarm-watchdog', token }));
      if (word !== 'disarmed' && word !== 'absent' && word !== 'foreign')
        throw strangeAnswer('disarm-watchdog', `"${word}"`);
      return word;
    },

    async reboot(bootId) {
      const boot = parseBootId(bootId);
      assert(boot !== null, 'a boot id');
      // Once, and on the connection that is there: whether it was lost by the reboot is seen by looking.
      const patience = { end: clock.now() + 60_000, tries: 1 };
      const { word } = await link.use(patience, (open) => wordOf(open, { kind: 'reboot-host', token, bootId: boot }));
      if (word !== 'rebooting' && word !== 'rebooted') throw strangeAnswer('reboot-host', `"${word}"`);
      return word;
    },
  };
}
