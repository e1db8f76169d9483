import type { ServerResponse } from 'node:http';
import { type AnswerUsage, eventsOf } from '../../../src/demo/model/event-stream.ts';
import { beginStream, type Received, reject, startMessagesServer } from '../../../src/demo/model/messages-server.ts';
import type { MessagesRequest } from '../../../src/demo/model/request-shape.ts';
import { signAnswer, type UnsignedBlock } from '../../../src/demo/model/sign-answer.ts';

/** One answer of the raw server. What is not said is as usual. */
export interface RawAnswer {
  readonly blocks?: readonly UnsignedBlock[];
  readonly stop?: string;
  readonly category?: string | null;
  readonly usage?: Partial<AnswerUsage>;
  /** Changes the events before they go out: cuts them, breaks them, puts an error between them. */
  readonly events?: (events: readonly string[]) => readonly string[];
  /** After the last event: end as usual, tear the connection, or stay silent. */
  readonly finish?: 'end' | 'tear' | 'hang';
  /** A plain HTTP answer instead of a stream. */
  readonly error?: {
    readonly status: number;
    readonly type: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export interface RawModel {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export const rawModelName = 'claude-opus-5-5';

/** Answers one request after another with what the test wrote down; a request too many is a mistake of the test. */
export async function startRawModel(answers: readonly RawAnswer[]): Promise<RawModel> {
  const received: Received[] = [];
  let next = 0;
  const server = await startMessagesServer({
    host: '127.0.0.1',
    port: 0,
    model: rawModelName,
    onReceived: (one) => received.push(one),
    answer(request, response) {
      const answer = answers[next];
      next += 1;
      if (answer === undefined)
        reject(response, { status: 500, type: 'api_error', message: 'the test has no more answers' });
      else play(request, response, answer, next);
    },
  });
  return { ...server, received };
}

function play(request: MessagesRequest, response: ServerResponse, answer: RawAnswer, at: number): void {
  if (answer.error !== undefined) {
    for (const [name, value] of Object.entries(answer.error.headers ?? {})) response.setHeader(name, value);
    return reject(response, { status: answer.error.status, type: answer.error.type, message: 'as the test wants it' });
  }
  const stop = answer.stop ?? 'end_turn';
  const blocks = answer.blocks ?? [
    { type: 'thinking', thinking: '' },
    { type: 'text', text: 'Done.' },
  ];
  const events = eventsOf({
    id: `msg_${at}`,
    model: rawModelName,
    blocks: signAnswer(request, blocks, stop),
    stop,
    ...(answer.category === undefined
      ? {}
      : { stopDetails: { type: 'refusal', category: answer.category, explanation: null } }),
    usage: {
      input_tokens: 10,
      output_tokens: 5,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: null,
      ...answer.usage,
    },
  });
  beginStream(response);
  for (const event of (answer.events ?? ((all) => all))(events)) response.write(event);
  if (answer.finish === 'hang') return;
  // Torn a moment later, so that what was written has left.
  if (answer.finish === 'tear') setTimeout(() => response.socket?.resetAndDestroy(), 20);
  else response.end();
}
