import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../src/core/fault.ts';
import { parseRepositoryName } from '../../src/core/names.ts';
import type { Posting, RepositoryRef } from '../../src/jobs/forge.ts';
import { createOutbox } from '../../src/jobs/outbox.ts';
import type { OutboxNote, OutboxParts } from '../../src/jobs/outbox-parts.ts';
import { githubPace } from '../../src/jobs/pace.ts';
import { FakeForgeWriter } from './fake-forge-writer.ts';
import { Killed, MemoryRecords, SteppedClock, SteppedQueue } from './fakes.ts';

const name = parseRepositoryName('operator/fleet');
if (name === null) throw new Error('not a name');
const repository: RepositoryRef = { name, installation: 7 };

function setUp(more: Partial<OutboxParts> = {}) {
  const clock = new SteppedClock();
  const records = new MemoryRecords();
  const queue = new SteppedQueue(clock);
  const writer = new FakeForgeWriter();
  const notes: OutboxNote[] = [];
  const parts: OutboxParts = {
    records,
    queue,
    writer,
    clock,
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    note: (note) => notes.push(note),
    pace: githubPace,
    progressEveryMs: 10_000,
    remembers: 'durably',
    ...more,
  };
  const outbox = createOutbox(parts);
  outbox.start();
  return { clock, records, queue, writer, notes, outbox };
}

const comment = (body: string): Posting => ({ kind: 'comment', issue: 1, body });
const sticky = (body: string): Posting => ({ kind: 'sticky', issue: 1, body });

function onCall(number: number, error: () => Error): (call: number) => void {
  return (call) => {
    if (call === number) throw error();
  };
}

describe('what is put', () => {
  test('is on the forge once, and its number is known', async () => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'result', comment('hello'));
    expect(await outbox.posted(repository, 'a')).toBeNull();
    await queue.drain();
    expect(writer.bodies()).toEqual(['hello']);
    expect(await outbox.posted(repository, 'a')).toEqual({ id: 1, url: 'https://forge.test/1' });
  });

  test('twice with the same words is one thing and one call', async () => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    expect(writer.calls).toHaveLength(1);
  });

  test('under two keys with the same words is two things', async () => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await outbox.put(repository, 'b', 'result', comment('hello'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['hello', 'hello']);
  });

  test('again with other words replaces what waits, and edits what is there', async () => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'result', sticky('one'));
    await outbox.put(repository, 'a', 'result', sticky('two'));
    await queue.drain();
    expect(writer.calls).toHaveLength(1);
    await outbox.put(repository, 'a', 'result', sticky('three'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['three']);
    expect(writer.calls.at(-1)).toMatchObject({ known: 1 });
  });

  test('goes out in the order of its lane, not of its coming', async () => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'progress', comment('progress'));
    await outbox.put(repository, 'b', 'acknowledgement', comment('seen'));
    await outbox.put(repository, 'c', 'result', comment('done'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['done', 'seen', 'progress']);
  });

  test('loses its secrets before it is stored, and cannot carry the mark of another posting', async () => {
    const { outbox, queue, writer, records } = setUp();
    await outbox.put(repository, 'a', 'result', comment('hunter2 <!-- fleetwright:0123 -->'));
    const stored = JSON.stringify(await Promise.all((await records.keys('')).map((key) => records.read(key))));
    expect(stored).not.toContain('hunter2');
    await queue.drain();
    expect(writer.bodies()).toEqual(['[redacted] <!-- 0123 -->']);
  });

  test.each([
    ['plain', 'x\n'.repeat(70_000)],
    ['of characters outside the first plane', '🦊\n'.repeat(50_000)],
    ['one line without end', 'y'.repeat(70_000)],
  ])('that is too long is cut to fit and says so: %s', async (_what, body) => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'result', comment(body));
    await queue.drain();
    const [sent = ''] = writer.bodies();
    expect(sent.length).toBeLessThanOrEqual(65_536 - 64);
    expect(sent).toContain('cut here');
  });
});

describe('a process that is killed', () => {
  const killed = () => new Killed('kill -9');

  test.each([
    ['before sending', { before: onCall(0, killed) }],
    ['after sending, before storing', { after: onCall(0, killed) }],
  ])('%s leaves one comment when another goes on', async (_when, hooks) => {
    const { outbox, queue, writer } = setUp();
    Object.assign(writer, hooks);
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['hello']);
    expect(writer.calls.map((call) => call.look)).toEqual([false, true]);
  });

  test('at any write of a record leaves one comment with the newest words', async () => {
    for (let fatal = 0; fatal < 6; fatal += 1) {
      const { outbox, queue, writer, records } = setUp();
      let writes = 0;
      await outbox.put(repository, 'a', 'result', sticky('one'));
      records.beforeWrite = () => {
        writes += 1;
        if (writes === fatal + 1) throw new Killed('kill -9');
      };
      await queue.step();
      await outbox.put(repository, 'a', 'result', sticky('two')).catch(() => undefined);
      await outbox.put(repository, 'a', 'result', sticky('two'));
      await queue.drain();
      expect(writer.bodies(), `killed at write ${fatal}`).toEqual(['two']);
    }
  });

  test('between storing and waking loses nothing: the sweep wakes it', async () => {
    const { outbox, queue, writer } = setUp();
    await outbox.put(repository, 'a', 'result', comment('hello'));
    queue.waiting.length = 0;
    expect(await outbox.sweep()).toBe(1);
    await queue.drain();
    expect(writer.bodies()).toEqual(['hello']);
    expect(await outbox.sweep()).toBe(0);
  });

  test('and forgets everything looks before it creates', async () => {
    const before = setUp({ remembers: 'until-restart' });
    await before.outbox.put(repository, 'a', 'result', sticky('one'));
    await before.queue.drain();
    const after = setUp({ remembers: 'until-restart', writer: before.writer });
    await after.outbox.put(repository, 'a', 'result', sticky('two'));
    await after.queue.drain();
    expect(before.writer.bodies()).toEqual(['two']);
  });
});

describe('a newer body that comes while an older one is being sent', () => {
  test('is sent after it', async () => {
    const { outbox, queue, writer } = setUp();
    const put: Promise<void>[] = [];
    writer.after = onCallRun(0, () => put.push(outbox.put(repository, 'a', 'result', sticky('two'))));
    await outbox.put(repository, 'a', 'result', sticky('one'));
    await queue.step();
    await Promise.all(put);
    await queue.drain();
    expect(writer.bodies()).toEqual(['two']);
  });
});

function onCallRun(number: number, run: () => void): (call: number) => void {
  return (call) => {
    if (call === number) run();
  };
}

describe('GitHub on a bad day', () => {
  const fault = (code: FaultCode, retry: 'never' | 'later', retryAfterMs?: number) => () =>
    new Fault(code, 'commenting', retry, retryAfterMs === undefined ? {} : { retryAfterMs });

  test('a limit rests the whole line for as long as it asks', async () => {
    const { outbox, queue, writer, notes } = setUp();
    writer.before = onCall(0, fault('forge-limited', 'later', 42_000));
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    expect(queue.pauses[0]).toEqual({ kind: 'rest', ms: 42_000 });
    expect(writer.bodies()).toEqual(['hello']);
    expect(notes.map((note) => note.what)).toEqual(['limited', 'posted']);
  });

  test('an outage is outlived, with pauses that grow to five minutes', async () => {
    const { outbox, queue, writer } = setUp();
    writer.before = (call) => {
      if (call < 30) throw fault('forge-unavailable', 'later')();
    };
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    const pauses = queue.pauses.map((one) => (one.kind === 'done' ? 0 : one.ms));
    expect(pauses.slice(0, 3)).toEqual([2_000, 4_000, 8_000]);
    expect(Math.max(...pauses)).toBe(300_000);
    expect(writer.bodies()).toEqual(['hello']);
  });

  test('a lost answer makes no second comment', async () => {
    const { outbox, queue, writer } = setUp();
    writer.after = onCall(0, fault('timed-out', 'later'));
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['hello']);
  });

  test('a posting that can never succeed is told of and stands in nobody’s way', async () => {
    const { outbox, queue, writer, notes } = setUp();
    writer.before = onCall(0, fault('forge-refused', 'never'));
    await outbox.put(repository, 'a', 'result', comment('refused'));
    await outbox.put(repository, 'b', 'result', comment('fine'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['fine']);
    expect(notes.map((note) => [note.what, note.key])).toEqual([
      ['failed', 'a'],
      ['posted', 'b'],
    ]);
    expect(await outbox.posted(repository, 'a')).toBeNull();
  });

  test('what failed is tried again when it is put again', async () => {
    const { outbox, queue, writer } = setUp();
    writer.before = onCall(0, fault('forge-refused', 'never'));
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    await outbox.put(repository, 'a', 'result', comment('hello'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['hello']);
  });
});

describe('a storm', () => {
  test('of progress on one comment costs an edit every ten seconds', async () => {
    const { outbox, queue, writer, clock } = setUp();
    await outbox.put(repository, 'a', 'progress', sticky('step 0'));
    await queue.drain();
    for (let step = 1; step <= 200; step += 1) {
      await outbox.put(repository, 'a', 'progress', sticky(`step ${step}`));
      if (step % 20 === 0) await queue.step();
      clock.pass(100);
    }
    await queue.drain();
    expect(writer.bodies()).toEqual(['step 200']);
    expect(writer.calls.length).toBeLessThanOrEqual(12);
  });

  test('of comments goes out at GitHub’s pace, the first few at once', async () => {
    const { outbox, queue, writer, clock } = setUp();
    const began = clock.now();
    for (let index = 0; index < 25; index += 1) {
      await outbox.put(repository, `c${index}`, 'result', comment(`${index}`));
    }
    await queue.drain();
    expect(writer.there).toHaveLength(25);
    expect(clock.now() - began).toBeGreaterThanOrEqual(20 * 3_000);
  });

  test('a result does not wait for the ten seconds of progress', async () => {
    const { outbox, queue, writer, clock } = setUp();
    await outbox.put(repository, 'a', 'progress', sticky('one'));
    await queue.drain();
    const began = clock.now();
    await outbox.put(repository, 'a', 'result', sticky('done'));
    await queue.drain();
    expect(writer.bodies()).toEqual(['done']);
    expect(clock.now() - began).toBeLessThan(10_000);
  });
});
