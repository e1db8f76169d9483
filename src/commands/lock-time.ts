import { type Refusal, refuse } from '../core/refusal.ts';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const mostMs = 90 * units.d;

/** Takes `--for 2h` (or `--for=2h`) out of a command's words. Null: no end was named. */
export function splitTime(
  words: readonly string[],
): { readonly rest: readonly string[]; readonly forMs: number | null } | Refusal {
  const at = words.findIndex((word) => word === '--for' || word.startsWith('--for='));
  if (at === -1) return { rest: words, forMs: null };
  const inOne = words[at]?.startsWith('--for=') === true;
  const written = inOne ? words[at]?.slice('--for='.length) : words[at + 1];
  const rest = words.filter((_, index) => index !== at && (inOne || index !== at + 1));
  if (rest.some((word) => word === '--for' || word.startsWith('--for=')))
    return refuse('bad-arguments', { reason: 'names `--for` twice' });
  const [, number = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(written ?? '') ?? [];
  const forMs = Number(number) * (units[unit as keyof typeof units] ?? 0);
  if (forMs < 60_000 || forMs > mostMs)
    return refuse('bad-arguments', {
      reason: 'takes minutes, hours or days after `--for`, such as `30m`, `2h` or `3d`, and at most `90d`',
    });
  return { rest, forMs };
}
