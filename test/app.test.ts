import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { startWeb, type Web, type WebSettings } from '../src/app.ts';
import { clock } from './adapters/github/practice.ts';

const secret = 'a secret between us';
const settings: WebSettings = {
  host: '127.0.0.1',
  port: 0,
  appId: 1,
  privateKey: 'not used here',
  webhookSecret: secret,
  baseUrl: 'http://127.0.0.1:9',
  maxBodyBytes: 10_000,
  storeTimeoutMs: 300,
};

interface Added {
  readonly queue: string;
  readonly payload: unknown;
  readonly id: string | undefined;
}

let web: Web | undefined;
afterEach(() => web?.stop());

async function open(add?: () => Promise<void>): Promise<{ readonly url: string; readonly added: Added[] }> {
  const added: Added[] = [];
  web = await startWeb({
    settings,
    clock,
    log: pino({ level: 'silent' }),
    queue: {
      async add(queue, payload, options) {
        await add?.();
        added.push({ queue, payload, id: options?.id });
      },
    },
  });
  return { url: `http://127.0.0.1:${web.port}`, added };
}

const opened = JSON.stringify({ action: 'opened', issue: { title: 'ü 🦊' } });
const sign = (body: string | Buffer, key = secret) => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

function headersFor(body: string | Buffer, more: Record<string, string> = {}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': 'guid-1',
    'x-hub-signature-256': sign(body),
    ...more,
  };
}

function post(url: string, body: string | Buffer, headers = headersFor(body)): Promise<Response> {
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  return fetch(`${url}/api/github/webhooks`, { method: 'POST', body: bytes, headers });
}

describe('a signed webhook', () => {
  test('becomes exactly one job whose id is the hash of its bytes', async () => {
    const { url, added } = await open();
    const answer = await post(url, opened);
    expect(answer.status).toBe(202);
    expect(added).toHaveLength(1);
    expect(added[0]).toMatchObject({
      queue: 'inbox',
      payload: { deliveryId: 'guid-1', event: 'issues', action: 'opened', payload: { issue: { title: 'ü 🦊' } } },
    });
    expect(added[0]?.id).toMatch(/^[0-9a-f]{64}$/);
  });

  test('has the same id under another delivery id, which nobody signs', async () => {
    const { url, added } = await open();
    await post(url, opened);
    await post(url, opened, headersFor(opened, { 'x-github-delivery': 'guid-2' }));
    expect(new Set(added.map((one) => one.id)).size).toBe(1);
  });

  test('is taken at the bare address too, which Probot’s set-up page registers', async () => {
    const { url, added } = await open();
    const answer = await fetch(`${url}/`, { method: 'POST', body: opened, headers: headersFor(opened) });
    expect(answer.status).toBe(202);
    expect(added).toHaveLength(1);
  });

  test.each([
    ['an event nobody asked for', { 'x-github-event': 'watch' }, opened],
    ['an action nobody uses', {}, JSON.stringify({ action: 'edited' })],
    ['the name of something every object has', { 'x-github-event': 'constructor' }, opened],
    ['ping', { 'x-github-event': 'ping' }, JSON.stringify({ zen: 'x' })],
  ])('is acknowledged and dropped where it is %s', async (_what, more, body) => {
    const { url, added } = await open();
    const answer = await post(url, body, headersFor(body, more));
    expect(answer.status).toBe(200);
    expect(added).toEqual([]);
  });
});

describe('a request is refused, and nothing is stored, where', () => {
  const cases: readonly [string, number, string | Buffer, Record<string, string>][] = [
    ['its signature is by another secret', 401, opened, { 'x-hub-signature-256': sign(opened, 'other') }],
    ['its signature is of other bytes', 401, opened, { 'x-hub-signature-256': sign(`${opened} `) }],
    ['its signature is cut short', 401, opened, { 'x-hub-signature-256': sign(opened).slice(0, -2) }],
    ['its signature is no signature', 401, opened, { 'x-hub-signature-256': 'sha256=' }],
    ['it has no signature', 401, opened, { 'x-hub-signature-256': '' }],
    ['its body is empty', 401, '', {}],
    ['its body is no JSON', 400, 'hello', {}],
    ['its body is no object', 400, '[1]', {}],
    ['its bytes are not UTF-8', 401, Buffer.from([0x7b, 0xff, 0x7d]), {}],
    ['it is a form', 415, opened, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['it names no event', 400, opened, { 'x-github-event': '' }],
    ['it names no delivery', 400, opened, { 'x-github-delivery': '' }],
    ['it is too large', 413, JSON.stringify({ action: 'opened', x: 'y'.repeat(20_000) }), {}],
  ];
  test.each(cases)('%s (%i)', async (_why, status, body, more) => {
    const { url, added } = await open();
    const answer = await post(url, body, headersFor(body, more));
    expect(answer.status).toBe(status);
    expect(added).toEqual([]);
  });

  test('it says that it is small and is not', async () => {
    const { added } = await open();
    const answer = await raw(web?.port ?? 0, [
      'POST /api/github/webhooks HTTP/1.1',
      'host: x',
      'content-type: application/json',
      'x-github-event: issues',
      'x-github-delivery: g',
      'x-hub-signature-256: sha256=00',
      'transfer-encoding: chunked',
      '',
      `4e20`,
      'y'.repeat(20_000),
    ]);
    expect(answer).toContain('413');
    expect(added).toEqual([]);
  });

  test('it is no POST, or goes elsewhere', async () => {
    const { url } = await open();
    expect((await fetch(`${url}/api/github/webhooks`)).status).toBe(404);
    expect(
      (await fetch(`${url}/api/github`, { method: 'POST', body: opened, headers: headersFor(opened) })).status,
    ).toBe(404);
  });
});

function raw(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(lines.join('\r\n')));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      socket.destroy();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('a store that', () => {
  test('is down makes the answer 503, without a word of what went wrong', async () => {
    const { url } = await open(() => Promise.reject(new Error('redis://:hunter2@store is away')));
    const answer = await post(url, opened);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('cannot store now\n');
  });

  test('hangs makes the answer 503 before GitHub gives up', async () => {
    const { url } = await open(() => new Promise(() => {}));
    expect((await post(url, opened)).status).toBe(503);
  });
});

test('the health page says ok and no more', async () => {
  const { url } = await open();
  const answer = await fetch(`${url}/health`);
  expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
});

test('a bot without a webhook secret does not start: Probot would take a public one', async () => {
  const parts = { clock, log: pino({ level: 'silent' }), queue: { add: async () => {} } };
  await expect(startWeb({ ...parts, settings: { ...settings, webhookSecret: '' } })).rejects.toThrow('secret');
});
