import { type MessagesRequest, messagesRequest, type RequestMessage } from './request-shape.ts';
import { signatureOf, stopOf } from './signed-thinking.ts';

/** What the service answers instead of a message. `type` is the word in the body's `error`. */
export interface Rejection {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

export const versionOfApi = '2026-10-21';

const invalid = (message: string): Rejection => ({ status: 400, type: 'invalid_request_error', message });

/** What is wrong with the headers, or null. */
export function rejectHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Rejection | null {
  const { authorization } = headers;
  if (typeof authorization !== 'string' || !/^Bearer \S+$/.test(authorization))
    return { status: 401, type: 'authentication_error', message: 'a Bearer key is required' };
  if (headers['anthropic-version'] !== versionOfApi)
    return invalid(`anthropic-version: ${versionOfApi} is the version of this server`);
  if (!String(headers['content-type']).startsWith('application/json')) return invalid('content-type: must be JSON');
  return null;
}

/** The request, or why it is refused. As strict as the real service where this project could go wrong. */
export function readRequest(body: string, models: readonly string[]): MessagesRequest | Rejection {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return invalid('the request body is not valid JSON');
  }
  // Half a surrogate pair, from a text cut in the middle of a character, is no text for the service.
  if (halfCharacter.test(body) && hasHalfCharacter(json))
    return invalid('the request body holds a surrogate without its other half');
  const parsed = messagesRequest.safeParse(json);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    return invalid(mistakes.join('; '));
  }
  const request = parsed.data;
  if (!models.includes(request.model))
    return { status: 404, type: 'not_found_error', message: `model: ${request.model}` };
  return rejectTools(request) ?? rejectCacheMarks(request) ?? rejectConversation(request) ?? request;
}

/** JSON writes a half as an escape, and only then is the whole request worth looking through. */
const halfCharacter = /\\u[dD][89a-fA-F]|\p{Surrogate}/u;

function hasHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasHalfCharacter);
}

export function isRejection(value: object): value is Rejection {
  return 'status' in value;
}

function rejectTools({ tools }: MessagesRequest): Rejection | null {
  const names = (tools ?? []).map(({ name }) => name);
  return new Set(names).size === names.length ? null : invalid('tools: tool names must be unique');
}

/** At most four marks, the one at the top level among them. */
function rejectCacheMarks(request: MessagesRequest): Rejection | null {
  const marks = JSON.stringify(request).match(/"cache_control":\{/g)?.length ?? 0;
  return marks > 4 ? invalid(`a maximum of 4 blocks with cache_control may be provided, found ${marks}`) : null;
}

function rejectConversation(request: MessagesRequest): Rejection | null {
  const { messages } = request;
  if (messages[0]?.role !== 'user') return invalid('messages: first message must use the "user" role');
  for (const [index, message] of messages.entries()) {
    const wrong =
      message.role === 'assistant'
        ? (rejectThinking(request, index) ?? rejectUnanswered(messages, index))
        : rejectStrayResults(messages, index);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Thinking is always on: an answer begins with it, and it comes back with the signature of this very conversation. */
function rejectThinking({ model, messages }: MessagesRequest, index: number): Rejection | null {
  const message = messages[index];
  if (message?.role !== 'assistant') return null;
  const signed = message.content.flatMap((block) => (block.type === 'thinking' ? [block.signature] : []));
  const [first] = signed;
  if (message.content[0]?.type !== 'thinking' || first === undefined)
    return invalid(
      `messages.${index}.content.0.type: Expected \`thinking\`, but found \`${message.content[0]?.type}\``,
    );
  const stop = stopOf(first);
  const right = signatureOf(model, messages.slice(0, index), message.content, stop);
  if (signed.some((signature) => signature !== right))
    return invalid(
      `messages.${index}: \`thinking\` blocks in an assistant message cannot be modified, and the conversation before them neither`,
    );
  if (index === messages.length - 1 && stop !== 'pause_turn')
    return invalid(
      'this model does not support assistant message prefill; the conversation must end with a user message',
    );
  return null;
}

function rejectUnanswered(messages: readonly RequestMessage[], index: number): Rejection | null {
  const uses = usesOf(messages[index]);
  if (uses.length === 0) return null;
  const answered = new Set(resultsOf(messages[index + 1]));
  const open = uses.filter((id) => !answered.has(id));
  return open.length === 0
    ? null
    : invalid(
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}`,
      );
}

function rejectStrayResults(messages: readonly RequestMessage[], index: number): Rejection | null {
  const message = messages[index];
  if (message === undefined || typeof message.content === 'string') return null;
  const results = resultsOf(message);
  const asked = new Set(usesOf(messages[index - 1]));
  const stray = results.find((id) => !asked.has(id));
  if (stray !== undefined)
    return invalid(`messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\`: ${stray}`);
  if (new Set(results).size !== results.length)
    return invalid(`messages.${index}: each tool_use must have a single result`);
  const firstOther = message.content.findIndex(({ type }) => type !== 'tool_result');
  const lastResult = message.content.findLastIndex(({ type }) => type === 'tool_result');
  return firstOther !== -1 && firstOther < lastResult
    ? invalid(`messages.${index}: \`tool_result\` blocks must come first`)
    : null;
}

function usesOf(message: RequestMessage | undefined): string[] {
  if (message?.role !== 'assistant') return [];
  return message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function resultsOf(message: RequestMessage | undefined): string[] {
  if (message?.role !== 'user' || typeof message.content === 'string') return [];
  return message.content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
}
