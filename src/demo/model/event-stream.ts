/** An answer as it is streamed, block by block. */
export type AnswerBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly json: string };

/** Tokens as the service counts them. */
export interface AnswerUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number | null;
  readonly cache_creation_input_tokens: number | null;
}

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly AnswerBlock[];
  readonly stop: string;
  readonly stopDetails?: {
    readonly type: 'refusal';
    readonly category: string | null;
    readonly explanation: string | null;
  };
  readonly usage: AnswerUsage;
}

/** Long texts come in pieces, as from the real service: nobody may count on a whole one. */
const pieceLength = 120;

/** The server-sent events of one answer, in order, each as the text that goes over the wire. */
export function eventsOf(answer: Answer): string[] {
  const { output_tokens, ...inputUsage } = answer.usage;
  const start = {
    id: answer.id,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...inputUsage, output_tokens: 1 },
  };
  return [
    event('message_start', { message: start }),
    event('ping', {}),
    ...answer.blocks.flatMap((block, index) => blockEvents(block, index)),
    event('message_delta', {
      delta: { stop_reason: answer.stop, stop_sequence: null, stop_details: answer.stopDetails ?? null },
      usage: { output_tokens },
    }),
    event('message_stop', {}),
  ];
}

/** The event by which the service says, inside a stream, that it goes no further. */
export function errorEvent(type: string, message: string): string {
  return event('error', { error: { type, message } });
}

function blockEvents(block: AnswerBlock, index: number): string[] {
  const delta = (type: string, field: string) => (text: string) =>
    event('content_block_delta', { index, delta: { type, [field]: text } });
  const open = (content_block: object): string => event('content_block_start', { index, content_block });
  const close = event('content_block_stop', { index });
  switch (block.type) {
    case 'thinking':
      return [
        open({ type: 'thinking', thinking: '', signature: '' }),
        ...pieces(block.thinking).map(delta('thinking_delta', 'thinking')),
        delta('signature_delta', 'signature')(block.signature),
        close,
      ];
    case 'text':
      return [open({ type: 'text', text: '' }), ...pieces(block.text).map(delta('text_delta', 'text')), close];
    case 'tool_use':
      return [
        open({ type: 'tool_use', id: block.id, name: block.name, input: {} }),
        ...pieces(block.json).map(delta('input_json_delta', 'partial_json')),
        close,
      ];
  }
}

function pieces(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, index) =>
    text.slice(index * pieceLength, (index + 1) * pieceLength),
  );
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
