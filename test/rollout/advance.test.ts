import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Outcome, outcomes } from '../../src/core/outcome.ts';
import { advance, type RolloutFact } from '../../src/rollout/advance.ts';
import { wakeups } from '../../src/rollout/wakeups.ts';
import { parseRollout, placesOf, type Rollout } from '../../src/rollout/rollout.ts';
import { fingerprintOf, named, plainManner, policy, requestOf } from './deploying.ts';

/** `h0 h1 | h2 h3`: hosts and waves as a person would draw them. */
function rolloutOf(drawing: string, parallel = 10): Rollout {
  const { id, kind, repository, sha, cause, reason } = requestOf(['h0']);
  const hosts = drawing.split('|').flatMap((wave, index) =>
    wave
      .trim()
      .split(' ')
      .map((host) => [
        named(host),
        {
          fingerprint: fingerprintOf(host),
          attribute: host,
          wave: index,
          named: false,
          records: [],
          derived: [],
          manner: plainManner,
          touched: 'shared' as const,
          later: null,
          state: { kind: 'waiting' as const },
        },
      ]),
  );
  return {
    schemaVersion: 1,
    id,
    kind,
    repository,
    sha,
    cause,
    reason,
    catchesUp: [],
    policy: { ...policy, parallel },
    hosts: Object.fromEntries(hosts),
    cancelled: null,
    stopped: null,
    waits: null,
    startedAt: 0,
    endedAt: null,
  };
}

const ended = (host: string, outcome: Outcome): RolloutFact => ({
  kind: 'ended',
  host: named(host),
  outcome,
  reason: null,
});
const drawn = (rollout: Rollout): string =>
  placesOf(rollout)
    .map(([host, { state }]) => `${host}:${state.kind === 'ended' ? state.outcome : state.kind}`)
    .join(' ');

interface Row {
  readonly claim: string;
  readonly hosts: string;
  readonly parallel?: number;
  readonly facts: readonly RolloutFact[];
  readonly shows: string;
  readonly over?: boolean;
}

const rows: readonly Row[] = [
  { claim: 'the first wave begins at once', hosts: 'a b | c', facts: [], shows: 'a:begun b:begun c:waiting' },
  {
    claim: 'no more begin than may run at once',
    hosts: 'a b c',
    parallel: 2,
    facts: [],
    shows: 'a:begun b:begun c:waiting',
  },
  {
    claim: 'one that ends makes room for the next',
    hosts: 'a b c',
    parallel: 2,
    facts: [ended('a', 'deployed')],
    shows: 'a:deployed b:begun c:begun',
  },
  {
    claim: 'the next wave waits for all of the one before it',
    hosts: 'a b | c',
    facts: [ended('a', 'deployed')],
    shows: 'a:deployed b:begun c:waiting',
  },
  {
    claim: 'the next wave begins when all of the one before it ended',
    hosts: 'a b | c',
    facts: [ended('a', 'deployed'), ended('b', 'unchanged')],
    shows: 'a:deployed b:unchanged c:begun',
  },
  {
    claim: 'a host out of reach does not stop the others',
    hosts: 'a b | c',
    facts: [ended('a', 'deployed'), ended('b', 'offline')],
    shows: 'a:deployed b:offline c:begun',
  },
  {
    claim: 'a wave that proved nothing is not followed by another',
    hosts: 'a | b',
    facts: [ended('a', 'offline')],
    shows: 'a:offline b:cancelled',
    over: true,
  },
  {
    claim: 'a bad host stops the later waves, and leaves the healthy and the running ones alone',
    hosts: 'a b c | d',
    facts: [ended('a', 'deployed'), ended('b', 'reverted')],
    shows: 'a:deployed b:reverted c:begun d:cancelled',
  },
  {
    claim: 'a bad host stops those of its own wave that have not begun',
    hosts: 'a b c',
    parallel: 1,
    facts: [ended('a', 'needs-hands')],
    shows: 'a:needs-hands b:cancelled c:cancelled',
    over: true,
  },
  {
    claim: 'the first end of a host stands',
    hosts: 'a b',
    facts: [ended('a', 'deployed'), ended('a', 'offline')],
    shows: 'a:deployed b:begun',
  },
  {
    claim: 'a cancel ends what waits, and only marks what runs',
    hosts: 'a | b c',
    facts: [{ kind: 'cancelled', by: 'ada', hosts: [named('a'), named('b')] }],
    shows: 'a:begun b:cancelled c:waiting',
  },
  {
    claim: 'an end of a host that is not in the rollout is nothing',
    hosts: 'a',
    facts: [ended('constructor', 'deployed')],
    shows: 'a:begun',
  },
  {
    claim: 'it is over when every host has ended',
    hosts: 'a',
    facts: [ended('a', 'refused')],
    shows: 'a:refused',
    over: true,
  },
];

describe('a rollout advances by facts', () => {
  test.each(rows)('$claim', ({ hosts, parallel, facts, shows, over }) => {
    // One by one, as they come: all that is known so far decides what begins next.
    const first = advance(rolloutOf(hosts, parallel), [], 1);
    const last = facts.reduce((rollout, fact) => advance(rollout, [fact], 2), first);
    expect(drawn(last)).toBe(shows);
    expect(last.endedAt !== null).toBe(over ?? false);
  });

  const anyRollout = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }))
    .map(([sizes, parallel]) => {
      let count = 0;
      const drawing = sizes.map((size) => Array.from({ length: size }, () => `h${(count += 1)}`).join(' ')).join(' | ');
      return advance(rolloutOf(drawing, parallel), [], 1);
    });

  test('the same facts again change nothing, and the record survives its store', () => {
    fc.assert(
      fc.property(anyRollout, fc.array(fc.tuple(fc.nat(15), fc.constantFrom(...outcomes))), (first, ends) => {
        let rollout = first;
        for (const [which, outcome] of ends) {
          const begun = placesOf(rollout).filter(([, { state }]) => state.kind === 'begun');
          const host = begun[which % Math.max(1, begun.length)]?.[0];
          if (host === undefined) break;
          const fact: RolloutFact = { kind: 'ended', host, outcome, reason: null };
          const before = rollout;
          rollout = advance(rollout, [fact], 2);
          expect(advance(rollout, [fact], 3)).toBe(rollout);
          expect(parseRollout(JSON.parse(JSON.stringify(rollout)))).toEqual(rollout);
          const running = placesOf(rollout).filter(([, { state }]) => state.kind === 'begun');
          expect(running.length).toBeLessThanOrEqual(rollout.policy.parallel);
          expect(new Set(running.map(([, { wave }]) => wave)).size).toBeLessThanOrEqual(1);
          for (const { host: woken } of wakeups(before, rollout, 2))
            expect(rollout.hosts[woken]?.state.kind).toBe('begun');
        }
      }),
    );
  });

  test('it always comes to an end when its hosts do', () => {
    fc.assert(
      fc.property(anyRollout, fc.infiniteStream(fc.constantFrom(...outcomes)), (first, stream) => {
        let rollout = first;
        for (let turn = 0; rollout.endedAt === null && turn < 50; turn += 1) {
          const host = placesOf(rollout).find(([, { state }]) => state.kind === 'begun')?.[0];
          expect(host).toBeDefined();
          if (host === undefined) return;
          rollout = advance(rollout, [{ kind: 'ended', host, outcome: stream.next().value, reason: null }], turn);
        }
        expect(rollout.endedAt).not.toBeNull();
      }),
    );
  });
});

describe('a group of which only one may be away', () => {
  const grouped = (drawing: string, failureBudget = 9): Rollout => {
    const rollout = rolloutOf(drawing);
    const groups = [{ tag: 'consul', most: 1, hosts: ['c1', 'c2', 'c3'].map(named), machines: [] }];
    return { ...rollout, policy: { ...rollout.policy, groups, failureBudget } };
  };
  test.each([
    ['one at a time, others beside it', [], 'c1:begun c2:waiting c3:waiting w:begun'],
    ['the next when one is well', [ended('c1', 'deployed')], 'c1:deployed c2:begun c3:waiting w:begun'],
    [
      'the next when one was put back and is well',
      [ended('c1', 'reverted')],
      'c1:reverted c2:begun c3:waiting w:begun',
    ],
    ['none when one is offline', [ended('c1', 'offline')], 'c1:offline c2:refused c3:refused w:begun'],
    ['none when one needs hands', [ended('c1', 'needs-hands')], 'c1:needs-hands c2:refused c3:refused w:begun'],
    ['none when nobody knows', [ended('c1', 'unknown')], 'c1:unknown c2:refused c3:refused w:begun'],
  ])('brings %s', (_, facts, shows) => {
    expect(drawn(advance(grouped('c1 c2 c3 w'), facts, 5))).toBe(shows);
  });

  test('says which hosts are away, and the rollout has an end', () => {
    const after = advance(grouped('c1 c2 | c3'), [ended('c1', 'offline')], 5);
    expect(after.hosts[named('c2')]?.state).toMatchObject({
      reason: { code: 'too-few-available', facts: { tag: 'consul', most: 1, hosts: ['c1'] } },
    });
    expect(after.endedAt).toBe(5);
  });

  test('keeps nobody from being looked at', () => {
    expect(drawn(advance({ ...grouped('c1 c2'), kind: 'verify' }, [], 5))).toBe('c1:begun c2:begun');
  });
});

describe('a failure budget', () => {
  const budgeted = (drawing: string, failureBudget: number): Rollout => {
    const rollout = rolloutOf(drawing);
    return { ...rollout, policy: { ...rollout.policy, failureBudget } };
  };
  test.each([
    [
      'goes on within it',
      1,
      [ended('a', 'reverted'), ended('b', 'deployed')],
      'a:reverted b:deployed c:begun d:begun e:waiting',
    ],
    [
      'counts the failures of all waves',
      1,
      [ended('a', 'reverted'), ended('b', 'deployed'), ended('c', 'build-failed')],
      'a:reverted b:deployed c:build-failed d:cancelled e:cancelled',
    ],
    [
      'never takes what was proven nowhere further',
      5,
      [ended('a', 'reverted'), ended('b', 'reverted')],
      'a:reverted b:reverted c:cancelled d:cancelled e:cancelled',
    ],
  ])('%s', (_, budget, facts, shows) => {
    expect(drawn(advance(advance(budgeted('a b | c d | e', budget), [], 1), facts, 5))).toBe(shows);
  });
});
