import { describe, expect, test } from 'vitest';
import { isRejection, readRequest, rejectHeaders } from '../../../src/demo/model/request-rules.ts';
import { signatureOf } from '../../../src/demo/model/signed-thinking.ts';

type Json = Record<string, unknown>;

const user = { role: 'user', content: [{ type: 'text', text: 'hello' }] };
const tool = { name: 'grep', description: 'finds', input_schema: { type: 'object', properties: {} } };

/** An answer with one thought and one tool use, signed for what stands before it. */
function said(before: readonly { role: string; content: unknown }[], id = 'toolu_1', stop = 'tool_use') {
  const content = [
    { type: 'thinking', thinking: 'hm' },
    { type: 'tool_use', id, name: 'grep', input: { text: 'x' } },
  ];
  const signature = signatureOf('claude-opus-5-5', before, content, stop);
  return { role: 'assistant', content: [{ ...content[0], signature }, content[1]] };
}
const result = (id: string, more: Json = {}) => ({ type: 'tool_result', tool_use_id: id, content: 'ok', ...more });
const results = (...ids: string[]) => ({ role: 'user', content: ids.map((id) => result(id)) });

const request = (change: Json = {}): Json => ({
  model: 'claude-opus-5-5',
  max_tokens: 1000,
  stream: true,
  tools: [tool],
  messages: [user],
  ...change,
});
const read = (change: Json) => readRequest(JSON.stringify(request(change)), ['claude-opus-5-5']);

describe('a request is taken', () => {
  test.each<[string, Json]>([
    ['with one message', {}],
    ['with an answer and its result', { messages: [user, said([user]), results('toolu_1')] }],
    ['with thinking as the model likes', { thinking: { type: 'adaptive' } }],
    ['with tools as the model likes', { tool_choice: { type: 'auto' } }],
    [
      'with four cache marks',
      {
        cache_control: { type: 'ephemeral' },
        system: Array(3).fill({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }),
      },
    ],
    ['after an answer that paused', { messages: [user, pausedAfter([user])] }],
  ])('%s', (_name, change) => {
    expect(read(change)).toMatchObject({ model: 'claude-opus-5-5' });
  });

  test('when a cache mark moved since an answer was signed', () => {
    const marked = { role: 'user', content: [{ type: 'text', text: 'hello', cache_control: { type: 'ephemeral' } }] };
    expect(read({ messages: [user, said([marked]), results('toolu_1')] })).toMatchObject({ stream: true });
  });
});

function pausedAfter(before: readonly { role: string; content: unknown }[]) {
  const content = [{ type: 'thinking', thinking: 'hm' }];
  const signature = signatureOf('claude-opus-5-5', before, content, 'pause_turn');
  return { role: 'assistant', content: [{ ...content[0], signature }] };
}

describe('a request is refused', () => {
  const answer = said([user]);
  const [thought, use] = answer.content;
  test.each<[string, Json, string]>([
    ['with a temperature, even the usual one', { temperature: 1 }, 'temperature'],
    ['with top_p', { top_p: 0.9 }, 'top_p'],
    ['with top_k', { top_k: 5 }, 'top_k'],
    ['with a forced tool', { tool_choice: { type: 'tool', name: 'grep' } }, 'tool_choice'],
    ['with any tool forced', { tool_choice: { type: 'any' } }, 'tool_choice'],
    ['with thinking switched off', { thinking: { type: 'disabled' } }, 'thinking'],
    ['with thinking by budget', { thinking: { type: 'enabled', budget_tokens: 2000 } }, 'thinking'],
    ['without max_tokens', { max_tokens: undefined }, 'max_tokens'],
    ['with more tokens than there are', { max_tokens: 200_000 }, 'max_tokens'],
    ['without streaming', { stream: false }, 'only streams'],
    ['with an empty text', { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }, 'non-empty'],
    ['with an empty message', { messages: [{ role: 'user', content: [] }] }, 'messages'],
    ['without a message', { messages: [] }, 'messages'],
    ['that begins with an answer', { messages: [answer] }, 'first message'],
    [
      'with five cache marks',
      { system: Array(5).fill({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }) },
      'maximum of 4',
    ],
    ['with one tool twice', { tools: [tool, tool] }, 'unique'],
    ['with a tool of a bad name', { tools: [{ ...tool, name: 'a b' }] }, 'tools'],
    [
      'with a choice at the top of a schema',
      { tools: [{ ...tool, input_schema: { type: 'object', anyOf: [] } }] },
      'top level',
    ],
    [
      'with a changed thought',
      { messages: [user, { role: 'assistant', content: [{ ...thought, thinking: 'ha' }, use] }, results('toolu_1')] },
      'cannot be modified',
    ],
    [
      'with a lost thought',
      { messages: [user, { role: 'assistant', content: [use] }, results('toolu_1')] },
      'Expected `thinking`',
    ],
    [
      'with a changed tool use',
      { messages: [user, { role: 'assistant', content: [thought, { ...use, input: {} }] }, results('toolu_1')] },
      'cannot be modified',
    ],
    [
      'with a rewritten history',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'bye' }] }, answer, results('toolu_1')] },
      'cannot be modified',
    ],
    ['with an answer at its end', { messages: [user, answer] }, 'prefill'],
    ['with an open tool use', { messages: [user, answer, user] }, 'toolu_1'],
    ['with a result for nothing', { messages: [user, answer, results('toolu_1', 'toolu_9')] }, 'toolu_9'],
    ['with two results for one', { messages: [user, answer, results('toolu_1', 'toolu_1')] }, 'single result'],
    [
      'with words before results',
      { messages: [user, answer, { role: 'user', content: [...user.content, result('toolu_1')] }] },
      'come first',
    ],
    ['with half a character', { messages: [{ role: 'user', content: 'a\ud83d' }] }, 'surrogate'],
  ])('%s', (_name, change, words) => {
    const refused = read(change);
    expect(refused).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect(isRejection(refused) ? refused.message : '').toContain(words);
  });

  test('for a model that is not there, and for text that is not JSON', () => {
    expect(read({ model: 'claude-opus-9' })).toMatchObject({ status: 404, type: 'not_found_error' });
    expect(readRequest('{', ['claude-opus-5-5'])).toMatchObject({ status: 400 });
  });

  const right = { authorization: 'Bearer k', 'anthropic-version': '2026-10-21', 'content-type': 'application/json' };
  test.each<[string, Record<string, string | undefined>, number]>([
    ['the old key header', { authorization: undefined, 'x-api-key': 'k' }, 401],
    ['an empty key', { authorization: 'Bearer ' }, 401],
    ['another version', { 'anthropic-version': '2023-06-01' }, 400],
    ['a form', { 'content-type': 'text/plain' }, 400],
  ])('for %s', (_name, change, status) => {
    expect(rejectHeaders(right)).toBeNull();
    expect(rejectHeaders({ ...right, ...change })).toMatchObject({ status });
  });
});
