import { nearest } from '../core/nearest.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

/** What a person may ask for beside the plain command. Each is written into the rollout and shown in its report. */
export interface Flags {
  /** Takes a host as it runs now, also where that is not its profile. */
  readonly adopt: boolean;
  /** Goes past a rule that may be set aside by a person with a reason. */
  readonly force: boolean;
  readonly reason: string | null;
}

export const noFlags: Flags = { adopt: false, force: false, reason: null };

const switches = ['--adopt', '--force'] as const;
const known = [...switches, '--reason'] as const;
export type Flag = (typeof known)[number];

/**
 * Takes `--adopt`, `--force` and `--reason "why"` (or `--reason=why`) out of a command's words. `--force` without a
 * reason is refused: whoever reads the record later must learn why the rule was set aside.
 */
export function splitFlags(
  words: readonly string[],
  allowed: readonly Flag[],
): { readonly rest: readonly string[]; readonly flags: Flags } | Refusal {
  const rest: string[] = [];
  const given = new Set<Flag>();
  let reason: string | null = null;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, name = '', value] = /^(--[A-Za-z-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name === '') {
      rest.push(word);
      continue;
    }
    const flag = allowed.find((one) => one === name);
    if (flag === undefined) return unknownFlag(name, allowed);
    if (flag !== '--reason' && value !== undefined)
      return refuse('bad-arguments', { reason: `takes no value after \`${flag}\`` });
    if (given.has(flag)) return refuse('bad-arguments', { reason: `names \`${flag}\` twice` });
    given.add(flag);
    if (flag === '--reason') {
      if (value === undefined) index += 1;
      reason = (value ?? words[index] ?? '').trim();
      if (reason === '' || reason.startsWith('--'))
        return refuse('bad-arguments', { reason: 'names no reason after `--reason`: put it between quotes' });
    }
  }
  if (given.has('--force') && reason === null)
    return refuse('bad-arguments', { reason: 'needs `--reason "why"` beside `--force`: it is kept with the rollout' });
  return { rest, flags: { adopt: given.has('--adopt'), force: given.has('--force'), reason } };
}

function unknownFlag(name: string, allowed: readonly Flag[]): Refusal {
  const meant = nearest(name, allowed);
  const takes =
    allowed.length === 0 ? 'takes no options' : `takes only ${allowed.map((one) => `\`${one}\``).join(', ')}`;
  return refuse('bad-arguments', {
    reason: `${takes}, not \`${name.slice(0, 40)}\`${meant === null ? '' : `; \`${meant}\` is near it`}`,
  });
}
