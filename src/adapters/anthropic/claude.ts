import Anthropic from '@anthropic-ai/sdk';
import type { Clock } from '../../core/clock.ts';
import type { Message, Model, StopReason, Turn, TurnRequest } from '../../writer/model.ts';
import { faultOf, forbidsRetry, isTooLarge } from './model-faults.ts';

export interface ClaudeOptions {
  readonly apiKey: string;
  readonly model: string;
  readonly baseUrl?: string;
  /** The address plays a script instead of asking a model. */
  readonly scripted?: boolean;
  /** How to wait between tries. */
  readonly sleep: Clock['sleep'];
  readonly now?: () => number;
  /** How long one try of a turn may take from beginning to end. */
  readonly turnMs?: number;
}

const tries = 4;
/** What the service asks to wait longer than this is the job's to wait, not a worker's. */
const longestWaitMs = 15_000;

/**
 * Claude over `messages.stream`. The loop is ours; this only carries one turn there and back. A turn that failed is
 * asked again with the very same request: no tool has run yet, so nothing happens twice.
 */
export function claude(options: ClaudeOptions): Model {
  const { model, turnMs = 10 * 60 * 1000, now = Date.now } = options;
  const client = new Anthropic({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? null,
    // The SDK would obey any `retry-after`, an hour too, and never retries what fails inside a stream (seen with 1.12.0).
    maxRetries: 0,
    timeout: turnMs,
    logLevel: 'off',
  });
  return {
    name: model,
    scripted: options.scripted ?? false,
    async turn(request, signal) {
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        // The SDK's own timeout ends with the headers; a stream that falls silent afterwards would hold the job for ever.
        const timeUp = AbortSignal.timeout(turnMs);
        const either = signal === undefined ? timeUp : AbortSignal.any([signal, timeUp]);
        try {
          const stream = client.messages.stream(bodyOf(request, model), { signal: either });
          return turnOf(await stream.finalMessage());
        } catch (error) {
          signal?.throwIfAborted();
          if (isTooLarge(error)) return tooLarge;
          const fault = faultOf(error, now());
          const pause = fault.retryAfterMs ?? 500 * 2 ** attempt;
          const enough = timeUp.aborted || forbidsRetry(error) || attempt >= tries || pause > longestWaitMs;
          if (fault.retry === 'never' || enough) throw fault;
          await options.sleep(pause, signal);
        }
      }
    },
  };
}

/** A request over the size limit ends as one over the context does: a person has to split the ask. */
const tooLarge: Turn = {
  blocks: [],
  toolUses: [],
  stop: 'context-exceeded',
  category: null,
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
};

function bodyOf(request: TurnRequest, model: string): Anthropic.MessageStreamParams {
  const lastSystem = request.system.length - 1;
  const ours = request.messages.flatMap(({ role }, index) => (role === 'assistant' ? [] : [index]));
  const markedMessage = ours.at(-2);
  return {
    model,
    max_tokens: request.maxTokens,
    // Three breakpoints: after the last system block (covers the tools too), at the top level for the moving tail, and
    // where the tail was one turn ago. A lookup goes back 20 blocks only, and a turn of many tool calls has more.
    system: request.system.map((text, index) => ({
      type: 'text',
      text,
      ...(index === lastSystem ? { cache_control: { type: 'ephemeral' } } : {}),
    })),
    tools: request.tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: { ...inputSchema, type: 'object' },
    })),
    messages: request.messages.map((message, index) => messageParam(message, index === markedMessage)),
    cache_control: { type: 'ephemeral' },
  };
}

function messageParam(message: Message, marked: boolean): Anthropic.MessageParam {
  // What the model sent goes back as it came: thinking blocks are signed, and a changed one is refused with 400.
  if (message.role === 'assistant')
    return { role: 'assistant', content: message.blocks as Anthropic.ContentBlockParam[] };
  const content = contentOf(message);
  const last = content.at(-1);
  if (marked && last !== undefined) content[content.length - 1] = { ...last, cache_control: { type: 'ephemeral' } };
  return { role: 'user', content };
}

function contentOf(
  message: Exclude<Message, { role: 'assistant' }>,
): (Anthropic.TextBlockParam | Anthropic.ToolResultBlockParam)[] {
  if (message.role === 'user') return [{ type: 'text', text: message.text }];
  const results = message.results.map(
    ({ id, text, isError }): Anthropic.ToolResultBlockParam => ({
      type: 'tool_result',
      tool_use_id: id,
      content: text,
      is_error: isError,
    }),
  );
  return message.note === undefined ? results : [...results, { type: 'text', text: message.note }];
}

function turnOf(message: Anthropic.Message): Turn {
  const { usage } = message;
  return {
    blocks: message.content,
    toolUses: message.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
    stop: stopOf(message.stop_reason),
    category: message.stop_details?.category ?? null,
    usage: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: usage.cache_read_input_tokens ?? 0,
      cacheWrite: usage.cache_creation_input_tokens ?? 0,
    },
  };
}

function stopOf(reason: string | null): StopReason {
  switch (reason) {
    case 'tool_use':
      return 'tool-use';
    case 'end_turn':
    case 'stop_sequence':
      return 'end-turn';
    case 'max_tokens':
      return 'max-tokens';
    case 'refusal':
      return 'refusal';
    case 'pause_turn':
      return 'pause';
    case 'model_context_window_exceeded':
      return 'context-exceeded';
    default:
      return 'other';
  }
}
