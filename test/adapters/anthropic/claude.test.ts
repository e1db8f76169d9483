import { afterEach, describe, expect, test } from 'vitest';
import { claude, type ClaudeOptions } from '../../../src/adapters/anthropic/claude.ts';
import { Fault } from '../../../src/core/fault.ts';
import { errorEvent } from '../../../src/demo/model/event-stream.ts';
import type { UnsignedBlock } from '../../../src/demo/model/sign-answer.ts';
import { describeTools, rules } from '../../../src/writer/prompt.ts';
import type { Message, Turn, TurnRequest } from '../../../src/writer/model.ts';
import { tools } from '../../../src/writer/tools/list.ts';
import { type RawAnswer, type RawModel, rawModelName, startRawModel } from './raw-model.ts';

const open: RawModel[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
});

interface Asked {
  readonly server: RawModel;
  readonly slept: number[];
  readonly turn: (messages: readonly Message[], signal?: AbortSignal) => Promise<Turn>;
}

async function askAt(answers: readonly RawAnswer[], change: Partial<ClaudeOptions> = {}): Promise<Asked> {
  const server = await startRawModel(answers);
  open.push(server);
  const slept: number[] = [];
  const model = claude({
    apiKey: 'practice-key',
    model: rawModelName,
    baseUrl: server.url,
    sleep: async (ms) => {
      slept.push(ms);
    },
    ...change,
  });
  const request = (messages: readonly Message[]): TurnRequest => ({
    system: [rules, 'what is known of the repository'],
    tools: describeTools(tools),
    messages,
    maxTokens: 16_000,
  });
  return { server, slept, turn: (messages, signal) => model.turn(request(messages), signal) };
}

const first: Message = { role: 'user', text: 'Set up Consul.' };
const using: readonly UnsignedBlock[] = [
  { type: 'thinking', thinking: 'I look first. '.repeat(30) },
  { type: 'text', text: 'Looking.' },
  { type: 'tool_use', id: 'toolu_1', name: 'list_files', input: { glob: '**' } },
  { type: 'tool_use', id: 'toolu_2', name: 'grep', input: { text: 'ü{"}\n', glob: 'a'.repeat(400) } },
];
const answers = (turn: Turn, note?: string): Message => ({
  role: 'results',
  results: turn.toolUses.map(({ id }) => ({ id, text: `result of ${id}`, isError: false })),
  ...(note === undefined ? {} : { note }),
});
const body = (server: RawModel, at: number) => JSON.parse(server.received[at]?.body ?? 'null');

/** Plays a conversation of the given number of turns and returns the server. */
async function converse(turns: number): Promise<Asked> {
  const asked = await askAt(Array.from({ length: turns }, () => ({ blocks: using, stop: 'tool_use' })));
  const messages: Message[] = [first];
  for (let at = 0; at < turns; at++) {
    const turn = await asked.turn(messages);
    messages.push({ role: 'assistant', blocks: turn.blocks }, answers(turn, at === 1 ? 'hurry' : undefined));
  }
  return asked;
}

describe('what goes over the wire', () => {
  test('the key goes as a Bearer, with the version, and in no other header', async () => {
    const { server } = await converse(1);
    const headers = server.received[0]?.headers ?? {};
    expect(headers).toMatchObject({ authorization: 'Bearer practice-key', 'anthropic-version': '2026-10-21' });
    expect(Object.entries(headers).filter(([, value]) => String(value).includes('practice-key'))).toHaveLength(1);
    expect(server.received[0]?.body).not.toContain('practice-key');
  });

  test('nothing is sent that the service refuses, over several turns with thinking and two tools each', async () => {
    const { server } = await converse(4);
    expect(server.received.map(({ rejected }) => rejected)).toEqual([null, null, null, null]);
    expect(Object.keys(body(server, 0)).sort()).toEqual(
      ['cache_control', 'max_tokens', 'messages', 'model', 'stream', 'system', 'tools'].sort(),
    );
  });

  test('the prefix is the same in every turn, byte for byte', async () => {
    const { server } = await converse(3);
    const prefixes = server.received.map(({ body: text }) => {
      const { tools: offered, system } = JSON.parse(text);
      return JSON.stringify([offered, system]);
    });
    expect(new Set(prefixes).size).toBe(1);
    expect(
      server.received.map(({ body: text }) => text.slice(0, text.indexOf('"messages"'))).map((text) => text),
    ).toEqual(Array(3).fill(server.received[0]?.body.slice(0, server.received[0].body.indexOf('"messages"'))));
  });

  test('the history only grows, and what the model said comes back as it was said', async () => {
    const { server } = await converse(3);
    const bare = (value: unknown) => JSON.stringify(value).replaceAll(',"cache_control":{"type":"ephemeral"}', '');
    for (const at of [1, 2]) {
      const before = body(server, at - 1).messages;
      expect(bare(body(server, at).messages.slice(0, before.length))).toBe(bare(before));
    }
    const [, said] = body(server, 1).messages;
    expect(said.content.map(({ type }: { type: string }) => type)).toEqual([
      'thinking',
      'text',
      'tool_use',
      'tool_use',
    ]);
    expect(said.content[0].thinking).toBe('I look first. '.repeat(30));
    expect(said.content[3].input).toEqual({ text: 'ü{"}\n', glob: 'a'.repeat(400) });
  });

  test('cache marks stand behind the system text, where the tail was a turn ago, and at the top; nowhere else', async () => {
    const { server } = await converse(3);
    const marked = (at: number) => {
      const { system, messages, tools: offered, cache_control } = body(server, at);
      expect(JSON.stringify(offered)).not.toContain('cache_control');
      const places: string[] = [];
      const isMarked = (block: object) => 'cache_control' in block;
      system.forEach((block: object, index: number) => isMarked(block) && places.push(`system ${index}`));
      messages.forEach(({ content }: { content: object[] }, index: number) =>
        content.forEach((block, inner) => isMarked(block) && places.push(`message ${index}.${inner}`)),
      );
      return [...places, ...(cache_control === undefined ? [] : ['top'])];
    };
    expect(marked(0)).toEqual(['system 1', 'top']);
    expect(marked(1)).toEqual(['system 1', 'message 0.0', 'top']);
    expect(marked(2)).toEqual(['system 1', 'message 2.1', 'top']);
  });

  test('results come first in their message, a note after them', async () => {
    const { server } = await converse(3);
    expect(body(server, 2).messages[4].content.map(({ type }: { type: string }) => type)).toEqual([
      'tool_result',
      'tool_result',
      'text',
    ]);
  });

  test('the server would have noticed a changed thought', async () => {
    const asked = await askAt([{ blocks: using, stop: 'tool_use' }]);
    const turn = await asked.turn([first]);
    const blocks = turn.blocks.map((block) => ('thinking' in block ? { ...block, thinking: 'other' } : block));
    await expect(asked.turn([first, { role: 'assistant', blocks }, answers(turn)])).rejects.toMatchObject({
      code: 'unexpected-answer',
      retry: 'never',
    });
  });
});

describe('how an answer ended', () => {
  const thought: UnsignedBlock = { type: 'thinking', thinking: '' };
  test.each<[string, RawAnswer, Partial<Turn>]>([
    ['tool_use', { blocks: using, stop: 'tool_use' }, { stop: 'tool-use', category: null }],
    ['end_turn', { stop: 'end_turn' }, { stop: 'end-turn', toolUses: [] }],
    ['stop_sequence', { stop: 'stop_sequence' }, { stop: 'end-turn' }],
    ['pause_turn', { stop: 'pause_turn' }, { stop: 'pause' }],
    ['refusal', { blocks: [thought], stop: 'refusal', category: 'cyber' }, { stop: 'refusal', category: 'cyber' }],
    [
      'refusal without a category',
      { blocks: [thought], stop: 'refusal', category: null },
      { stop: 'refusal', category: null },
    ],
    ['model_context_window_exceeded', { stop: 'model_context_window_exceeded' }, { stop: 'context-exceeded' }],
    ['a reason of the future', { stop: 'tired' }, { stop: 'other' }],
    [
      'a request over 32 MB',
      { error: { status: 413, type: 'request_too_large' } },
      { stop: 'context-exceeded', blocks: [] },
    ],
    [
      'tokens of the cache',
      { usage: { input_tokens: 3, output_tokens: 7, cache_read_input_tokens: 900, cache_creation_input_tokens: 80 } },
      { usage: { input: 3, output: 7, cacheRead: 900, cacheWrite: 80 } },
    ],
    ['no tokens of the cache', {}, { usage: { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 } }],
  ])('%s', async (_name, answer, expected) => {
    const { turn, server } = await askAt([answer]);
    expect(await turn([first])).toMatchObject(expected);
    expect(server.received).toHaveLength(1);
  });

  test('a tool call that max_tokens cut arrives as partial input, which only the stop reason tells', async () => {
    const { turn } = await askAt([
      {
        blocks: [
          thought,
          { type: 'tool_use', id: 't', name: 'replace', input: { path: 'a.nix', old: 'x'.repeat(300) } },
        ],
        stop: 'max_tokens',
        events: (events) => events.filter((event) => !event.includes('x\\"}')),
      },
    ]);
    const { stop, toolUses } = await turn([first]);
    expect(stop).toBe('max-tokens');
    expect(toolUses[0]?.input).toEqual({ path: 'a.nix' });
  });

  test('an answer that paused goes back as the last message, and the service takes it', async () => {
    const { turn, server } = await askAt([{ stop: 'pause_turn' }, { stop: 'end_turn' }]);
    const paused = await turn([first]);
    expect((await turn([first, { role: 'assistant', blocks: paused.blocks }])).stop).toBe('end-turn');
    expect(server.received[1]?.rejected).toBeNull();
  });
});

const broken: readonly [string, RawAnswer][] = [
  [
    'an overload told inside the stream',
    { events: (all) => [...all.slice(0, 4), errorEvent('overloaded_error', 'Overloaded')] },
  ],
  ['a stream that ends before its answer does', { events: (all) => all.slice(0, -1) }],
  ['a stream that ends in a tool call', { blocks: using, stop: 'tool_use', events: (all) => all.slice(0, -4) }],
  ['a stream without an event', { events: () => [] }],
  ['a torn connection', { events: (all) => all.slice(0, 3), finish: 'tear' }],
  [
    'an event that is not JSON',
    {
      events: (all) => [
        ...all.slice(0, 3),
        'event: ping\ndata: {"ty\n\n',
        'event: content_block_delta\ndata: {"type":"con\n\n',
      ],
    },
  ],
  ['an error of the service', { error: { status: 500, type: 'api_error' } }],
  ['an overload before the stream', { error: { status: 529, type: 'overloaded_error' } }],
  ['a request that timed out over there', { error: { status: 408, type: 'timeout_error' } }],
];

describe('what passes is tried again', () => {
  test.each(broken)('%s: once more with the very same request', async (_name, answer) => {
    const { turn, server, slept } = await askAt([answer, { stop: 'end_turn' }]);
    expect((await turn([first])).stop).toBe('end-turn');
    expect(server.received[1]?.body).toBe(server.received[0]?.body);
    expect(slept).toEqual([1000]);
  });

  test.each(broken)('%s: not for ever', async (_name, answer) => {
    const { turn, server, slept } = await askAt(Array<RawAnswer>(9).fill(answer));
    await expect(turn([first])).rejects.toMatchObject({ code: 'model-unavailable', retry: 'later' });
    expect(server.received).toHaveLength(4);
    expect(slept).toEqual([1000, 2000, 4000]);
  });

  test('a limit that ends soon is waited for', async () => {
    const limited: RawAnswer = { error: { status: 429, type: 'rate_limit_error', headers: { 'retry-after': '7' } } };
    const { turn, slept } = await askAt([limited, {}]);
    expect((await turn([first])).stop).toBe('end-turn');
    expect(slept).toEqual([7000]);
  });
});

describe('what does not pass is a fault at once', () => {
  const error = (status: number, type: string, headers: Readonly<Record<string, string>> = {}): RawAnswer => ({
    error: { status, type, headers },
  });
  const inStream = (type: string): RawAnswer => ({ events: (all) => [...all.slice(0, 3), errorEvent(type, 'no')] });
  const now = Date.parse('2026-11-22T12:00:00Z');
  test.each<[string, RawAnswer, Partial<Fault>]>([
    ['a wrong key', error(401, 'authentication_error'), { code: 'model-refused-key', retry: 'never' }],
    ['an unpaid bill', error(402, 'billing_error'), { code: 'model-refused-key', retry: 'never' }],
    ['a key without the right', error(403, 'permission_error'), { code: 'model-refused-key', retry: 'never' }],
    ['a request that is wrong', error(400, 'invalid_request_error'), { code: 'unexpected-answer', retry: 'never' }],
    ['a model that is not there', error(404, 'not_found_error'), { code: 'unexpected-answer', retry: 'never' }],
    ['a wrong request told late', inStream('invalid_request_error'), { code: 'unexpected-answer', retry: 'never' }],
    ['a key that ends while it is used', inStream('permission_error'), { code: 'model-refused-key', retry: 'never' }],
    [
      'a limit for an hour',
      error(429, 'rate_limit_error', { 'retry-after': '3600' }),
      { code: 'model-limited', retry: 'later', retryAfterMs: 3_600_000 },
    ],
    [
      'a limit until a date',
      error(429, 'rate_limit_error', { 'retry-after': 'Sun, 22 Nov 2026 12:10:00 GMT' }),
      { code: 'model-limited', retry: 'later', retryAfterMs: 600_000 },
    ],
    [
      'an overload that asks for no retry',
      error(529, 'overloaded_error', { 'x-should-retry': 'false' }),
      { code: 'model-unavailable', retry: 'later' },
    ],
  ])('%s', async (_name, answer, expected) => {
    const { turn, server } = await askAt([answer, {}], { now: () => now });
    const fault = await turn([first]).catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject(expected);
    expect(server.received).toHaveLength(1);
  });

  test('nobody at the address', async () => {
    const { server, turn } = await askAt([]);
    await server.close();
    await expect(turn([first])).rejects.toMatchObject({ code: 'model-unavailable', retry: 'later' });
  });

  test('a stream that falls silent is left after the time of a turn', async () => {
    const silent: RawAnswer = { events: (all) => all.slice(0, 3), finish: 'hang' };
    const { turn, server } = await askAt([silent, {}], { turnMs: 150 });
    await expect(turn([first])).rejects.toMatchObject({ code: 'model-unavailable', retry: 'later' });
    expect(server.received).toHaveLength(1);
  });
});

describe('a run that is stopped', () => {
  test('leaves the stream with the reason it was given', async () => {
    const { turn } = await askAt([{ events: (all) => all.slice(0, 3), finish: 'hang' }]);
    const stop = new AbortController();
    const running = turn([first], stop.signal);
    setTimeout(() => stop.abort(new Error('this process stops')), 30);
    await expect(running).rejects.toThrow('this process stops');
  });

  test('sends nothing where it was stopped before, and tries nothing again afterwards', async () => {
    const { turn, server } = await askAt([{}]);
    await expect(turn([first], AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(server.received).toEqual([]);

    const stop = new AbortController();
    const failing = await askAt([{ error: { status: 500, type: 'api_error' } }, {}], {
      sleep: async () => stop.abort(new Error('stopped while waiting')),
    });
    await expect(failing.turn([first], stop.signal)).rejects.toThrow('stopped while waiting');
    expect(failing.server.received).toHaveLength(1);
  });
});
