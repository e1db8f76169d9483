import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { RecordChange } from '../../../src/dns/change.ts';
import { parseZoneFile, zoneFileHolder } from '../../../src/dns/zone-file/zone-file-holder.ts';
import { judge, judgeInstalled, judgeMissing, verdictDifference } from '../judge.ts';
import { madeZone } from '../zone-arbitrary.ts';

const zone = 'example.org.';
const open = (text: string) => parseZoneFile(text, { path: 'the.zone', zone });

const create: fc.Arbitrary<RecordChange & { readonly action: 'create' }> = fc
  .tuple(
    fc.constantFrom('consul', 'griffin', 'web-01', 'zz', '300', '_acme.griffin', 'sub', 'new.sub', 'griffin.sub', ''),
    fc.constantFrom<readonly [string, string]>(
      ['A', '10.0.20.30'],
      ['AAAA', 'fd00::30'],
      ['TXT', '"a; b"'],
      ['MX', '5 ns1.example.org.'],
      ['CAA', '0 issue "le"'],
      ['SRV', '0 5 80 ns1.example.org.'],
    ),
    fc.constantFrom(null, null, 60, 300),
  )
  .map(([name, [type, data], ttl]) => ({
    action: 'create',
    zone,
    owner: name === '' ? zone : `${name}.${zone}`,
    type,
    data,
    ttl,
  }));

/** Lines that went and came between two texts, by the longest common beginning and end. */
function changedLines(
  before: string,
  after: string,
): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  return { gone: a.slice(head, a.length - tail), come: b.slice(head, b.length - tail) };
}

describe('an edit of a zone file', () => {
  it('adds exactly one line, and removing the record again gives the bytes back', () => {
    const run = fc.check(
      fc.property(madeZone, create, ({ text }, change) => {
        const before = open(text);
        const after = zoneFileHolder.apply(before, [change]);
        if (isRefusal(after)) return ['record-exists', 'record-conflict'].includes(after.code);
        // Without `$TTL` the next line may have to say the TTL that it had from the line before.
        if (!/^\$TTL/m.test(text) && change.ttl !== null) return true;
        const { gone, come } = changedLines(text, after.text);
        const atOpenEnd = !text.endsWith('\n') && after.text.startsWith(text);
        if (!atOpenEnd && (gone.length !== 0 || come.length !== 1)) return false;
        const { ttl: _, ...rest } = change;
        const back = zoneFileHolder.apply(after, [{ ...rest, action: 'delete' }]);
        // A record that was added at the open end of a file left its line end there.
        return !isRefusal(back) && back.text.replace(/\r?\n$/, '') === text.replace(/\r?\n$/, '');
      }),
      { numRuns: 1500 },
    );
    expect(fc.defaultReportMessage(run) ?? 'holds').toBe('holds');
  });

  it('refuses the same addition a second time', () => {
    fc.assert(
      fc.property(madeZone, create, ({ text }, change) => {
        const after = zoneFileHolder.apply(open(text), [change]);
        if (isRefusal(after)) return;
        const again = zoneFileHolder.apply(after, [change]);
        expect(isRefusal(again) ? again.code : 'applied').toBe('record-exists');
      }),
      { numRuns: 300 },
    );
  });

  it('removes any record without changing another, in as many lines as the record takes', () => {
    fc.assert(
      fc.property(madeZone, fc.nat(), ({ text }, pick) => {
        const before = open(text);
        const records = [...zoneFileHolder.records(before)].filter((record) => record.type !== 'SOA');
        const record = records[pick % records.length];
        if (record === undefined) return;
        const after = zoneFileHolder.apply(before, [
          { action: 'delete', zone, owner: record.owner, type: record.type, data: record.data },
        ]);
        if (isRefusal(after)) throw new Error(JSON.stringify(after));
        const key = (one: typeof record): string => `${one.owner} ${one.ttl} ${one.type} ${one.data}`;
        const left = [...zoneFileHolder.records(after)].map(key);
        expect(left).toEqual([...zoneFileHolder.records(before)].filter((one) => one.line !== record.line).map(key));
      }),
      { numRuns: 800 },
    );
  });

  it.skipIf(!judgeInstalled)(
    `changes for the judge exactly what was asked (${judgeInstalled ? 'BIND' : judgeMissing})`,
    () => {
      fc.assert(
        fc.property(madeZone, create, fc.nat(), ({ text }, change, pick) => {
          const before = open(text);
          const added = zoneFileHolder.apply(before, [change]);
          if (isRefusal(added)) return;
          const old = judge(text, 'example.org');
          fc.pre(old.valid);
          const now = judge(added.text, 'example.org');
          expect(now.said).toBe('');
          const { gone, come } = verdictDifference(old, now);
          expect(gone).toEqual([]);
          expect(come).toHaveLength(1);
          expect(come[0]).toContain(`${change.owner} `);
          const records = [...zoneFileHolder.records(added)].filter(
            (record) => record.type !== 'SOA' && record.type !== 'NS' && record.owner !== 'ns1.example.org.',
          );
          const record = records[pick % records.length];
          if (record === undefined) return;
          const removed = zoneFileHolder.apply(added, [
            { action: 'delete', zone, owner: record.owner, type: record.type, data: record.data },
          ]);
          if (isRefusal(removed)) throw new Error(removed.code);
          const last = judge(removed.text, 'example.org');
          expect(last.said).toBe('');
          expect(verdictDifference(now, last).come).toEqual([]);
          expect(verdictDifference(now, last).gone).toHaveLength(1);
        }),
        { numRuns: 80 },
      );
    },
  );

  it.skipIf(!judgeInstalled)(
    `changes an address for the judge and nothing else (${judgeInstalled ? 'BIND' : judgeMissing})`,
    () => {
      fc.assert(
        fc.property(madeZone, fc.nat(), ({ text }, pick) => {
          const before = open(text);
          const old = judge(text, 'example.org');
          fc.pre(old.valid);
          const records = [...zoneFileHolder.records(before)].filter((record) => record.type === 'A');
          const record = records[pick % records.length];
          if (record === undefined) throw new Error('every made zone has an address');
          const moved = zoneFileHolder.apply(before, [
            {
              action: 'update',
              zone,
              owner: record.owner,
              type: 'A',
              before: record.data,
              data: '10.9.9.9',
              ttl: null,
            },
          ]);
          if (isRefusal(moved)) throw new Error(moved.code);
          const { gone, come } = verdictDifference(old, judge(moved.text, 'example.org'));
          expect(come).toEqual(gone.map((line) => line.replace(/\S+$/, '10.9.9.9')));
          expect(come).toHaveLength(1);
        }),
        { numRuns: 50 },
      );
    },
  );
});
