import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRun, printRun, type RunReading } from '../../src/host/run-answer.ts';

const readings: fc.Arbitrary<RunReading> = fc.record({
  state: fc.oneof(
    fc.constantFrom<RunReading['state']>(
      { kind: 'absent' },
      { kind: 'unbegun' },
      { kind: 'running' },
      { kind: 'gone' },
    ),
    fc.nat(255).map((exitCode) => ({ kind: 'ended' as const, exitCode })),
  ),
  cancelled: fc.boolean(),
  started: fc.option(fc.nat(), { nil: null }),
  out: fc.option(fc.string({ unit: 'grapheme' }), { nil: null }),
  result: fc.constantFrom(null, '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-x'),
  size: fc.nat(),
  chunk: fc.uint8Array({ maxLength: 50 }),
});

describe('The report of a run', () => {
  it('is read as it was printed, with any bytes in the log', () => {
    fc.assert(
      fc.property(readings, (reading) => {
        const read = parseRun(printRun(reading));
        expect(read).toEqual({ ...reading, chunk: Buffer.from(reading.chunk) });
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a cut answer', 'state running\nsize 10\nchunk aGVsbG8='],
    ['an unknown state', 'state sleeping\nsize 0\nend\n'],
    ['an exit code that is none', 'state ended x\nsize 0\nend\n'],
    ['no size', 'state running\nend\n'],
    ['a negative size', 'state running\nsize -1\nend\n'],
    ['a line twice', 'state running\nstate gone\nsize 0\nend\n'],
  ])('is not read from %s', (_what, text) => expect(parseRun(text)).toBeNull());
});
