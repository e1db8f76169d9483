import Anthropic, { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { assert } from '../../core/bug.ts';
import { Fault } from '../../core/fault.ts';
import type { Message, Model, StopReason, Turn, TurnRequest } from '../../writer/model.ts';

export interface ClaudeOptions {
  readonly apiKey: string;
  readonly model: string;
  readonly baseUrl?: string;
  /** The address plays a script instead of asking a model. */
  readonly scripted?: boolean;
  /** How long to wait between tries after a failure inside a stream. */
  readonly sleep: (ms: number) => Promise<void>;
}

const stage = 'asking the model';
const triesInStream = 3;

/** Claude over `messages.stream`. The loop is ours; this only carries one turn there and back. */
export function claude(options: ClaudeOptions): Model {
  const client = new Anthropic({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? null,
    maxRetries: 4,
    timeout: 10 * 60 * 1000,
    logLevel: 'off',
  });
  return {
    name: options.model,
    scripted: options.scripted ?? false,
    async turn(request, signal) {
      for (let attempt = 1; ; attempt++) {
        try {
          return turnOf(
            await client.messages
              .stream(bodyOf(request, options.model), signal === undefined ? {} : { signal })
              .finalMessage(),
          );
        } catch (error) {
          // The SDK retries requests, never a stream that broke off (seen with 1.12.0). No tool has run yet, so the same
          // request may simply be sent again.
          if (signal?.aborted === true || attempt >= triesInStream || !brokeInStream(error)) throw faultOf(error);
          await options.sleep(1000 * 2 ** attempt);
        }
      }
    },
  };
}

function bodyOf(request: TurnRequest, model: string): Anthropic.MessageStreamParams {
  const last = request.system.length - 1;
  return {
    model,
    max_tokens: request.maxTokens,
    // The breakpoint after the last system block covers tools and system; the one at the top level moves with the tail.
    system: request.system.map((text, index) => ({
      type: 'text',
      text,
      ...(index === last ? { cache_control: { type: 'ephemeral' } } : {}),
    })),
    tools: request.tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: { ...inputSchema, type: 'object' },
    })),
    messages: request.messages.map(messageParam),
    cache_control: { type: 'ephemeral' },
  };
}

function messageParam(message: Message): Anthropic.MessageParam {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'assistant':
      // What the model sent goes back as it came: thinking blocks are signed, and a changed one is refused with 400.
      return { role: 'assistant', content: message.blocks as Anthropic.ContentBlockParam[] };
    case 'results': {
      const results = message.results.map(
        ({ id, text, isError }): Anthropic.ToolResultBlockParam => ({
          type: 'tool_result',
          tool_use_id: id,
          content: text,
          is_error: isError,
        }),
      );
      return {
        role: 'user',
        content: message.note === undefined ? results : [...results, { type: 'text', text: message.note }],
      };
    }
  }
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

/** An error event or an early end inside a stream carries no status; a refused request does. */
function brokeInStream(error: unknown): boolean {
  if (error instanceof APIConnectionError) return true;
  if (error instanceof APIError) return error.status === undefined;
  return error instanceof AnthropicError;
}

function faultOf(error: unknown): Error {
  if (!(error instanceof APIError)) {
    return error instanceof AnthropicError
      ? new Fault('model-unavailable', stage, 'later', { cause: error })
      : asError(error);
  }
  const status: unknown = error.status;
  if (status === 401 || status === 403 || status === 402)
    return new Fault('model-refused-key', stage, 'never', { cause: error });
  if (status === 429) {
    const seconds = Number(error.headers?.get('retry-after'));
    return new Fault('model-limited', stage, 'later', {
      cause: error,
      ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
    });
  }
  if (typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 409)
    return new Fault('unexpected-answer', stage, 'never', { cause: error });
  return new Fault('model-unavailable', stage, 'later', { cause: error });
}

function asError(error: unknown): Error {
  assert(error instanceof Error, 'an Error');
  return error;
}
