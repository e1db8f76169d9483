import { type Conversation, type ConversationTurn, nextTurn, titleOfAsk } from './conversation.ts';
import { type Answer, eventsOf } from './event-stream.ts';
import { beginStream, type MessagesServer, startMessagesServer } from './messages-server.ts';
import type { MessagesRequest } from './request-shape.ts';
import { signAnswer, type UnsignedBlock } from './sign-answer.ts';

/** The only model of this server. It stands wherever a model's name is shown, so that nobody takes it for a real one. */
export const scriptedModelName = 'scripted';

export interface ScriptedModelOptions {
  readonly conversations: readonly Conversation[];
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

/** One request, as the server answered it. */
export interface Played {
  readonly title: string | null;
  /** How many answers the request held already. */
  readonly turn: number;
  readonly tools: readonly string[];
  /** Why it was refused; then nothing was played. */
  readonly rejected: string | null;
}

export interface ScriptedModel extends MessagesServer {
  readonly played: readonly Played[];
}

/** Starts a server that speaks the Anthropic Messages API and plays conversations that were written beforehand. */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const played: Played[] = [];
  const server = await startMessagesServer({
    host: options.host,
    port: options.port,
    model: scriptedModelName,
    onReceived({ rejected }) {
      if (rejected !== null) played.push({ title: null, turn: 0, tools: [], rejected: rejected.message });
    },
    answer(request, response) {
      const title = titleOf(request);
      const turn = answersIn(request);
      const next = nextTurn(options.conversations, { title, answers: turn, refused: refusedIn(request) });
      played.push({ title, turn, tools: next.uses.map(({ name }) => name), rejected: null });
      beginStream(response);
      for (const event of eventsOf(answerOf(request, next))) response.write(event);
      response.end();
    },
  });
  return { ...server, played };
}

/** The turn as a signed answer. A tool that the request does not offer cannot be used: then the answer is only words. */
function answerOf(request: MessagesRequest, turn: ConversationTurn): Answer {
  const offered = new Set((request.tools ?? []).map(({ name }) => name));
  const uses = turn.uses.filter(({ name }) => offered.has(name));
  const stop = uses.length === 0 ? 'end_turn' : 'tool_use';
  const at = answersIn(request) + 1;
  const blocks: UnsignedBlock[] = [
    { type: 'thinking', thinking: turn.thinking },
    ...(uses.length === 0
      ? [{ type: 'text', text: 'The scripted conversation has nothing more to say.' } as const]
      : []),
    ...uses.map(({ name, input }, index) => {
      return { type: 'tool_use', id: `toolu_scripted_${at}_${index + 1}`, name, input } as const;
    }),
  ];
  // Nothing was computed, so nothing is counted: a made-up count would look like money that was spent.
  const usage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
  return {
    id: `msg_scripted_${at}`,
    model: scriptedModelName,
    blocks: signAnswer(request, blocks, stop),
    stop,
    usage,
  };
}

function titleOf({ messages: [first] }: MessagesRequest): string | null {
  if (first === undefined) return null;
  const texts =
    typeof first.content === 'string'
      ? [first.content]
      : first.content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return titleOfAsk(texts.join('\n'));
}

function answersIn({ messages }: MessagesRequest): number {
  return messages.filter(({ role }) => role === 'assistant').length;
}

/** What was answered to the tools of the last turn, where the answer was an error. */
function refusedIn({ messages }: MessagesRequest): string[] {
  const last = messages.at(-1);
  if (last?.role !== 'user' || typeof last.content === 'string') return [];
  return last.content.flatMap((block) =>
    block.type === 'tool_result' && block.is_error === true ? [textOf(block.content)] : [],
  );
}

function textOf(content: string | readonly { readonly text: string }[] | undefined): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join('\n');
}
