/** One answer of the scripted model: a thought, and the tools it uses. */
export interface ConversationTurn {
  readonly thinking: string;
  readonly uses: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
}

/** A conversation that was written beforehand, for one ask. It was never said by a model. */
export interface Conversation {
  /** The title of the issue that it answers. */
  readonly title: string;
  readonly turns: readonly ConversationTurn[];
}

/** The conversation for an ask, by its title; case, spaces and a closing full stop do not count. */
export function conversationFor(conversations: readonly Conversation[], title: string): Conversation | null {
  return conversations.find((one) => plainTitle(one.title) === plainTitle(title)) ?? null;
}

function plainTitle(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[.!]+$/, '');
}

/** The title in a first message of the writer, or null. It stands in a boundary as one JSON string, behind `Title: `. */
export function titleOfAsk(firstMessage: string): string | null {
  const quoted = / name="ask">("(?:[^"\\]|\\.)*")</.exec(firstMessage)?.[1];
  if (quoted === undefined) return null;
  const ask: unknown = JSON.parse(quoted);
  return typeof ask === 'string' ? (/^Title: (.*)/.exec(ask)?.[1] ?? null) : null;
}

/** What the scripted model says where its script has nothing: a person reads it on the issue. */
export function askPerson(question: string): ConversationTurn {
  return {
    thinking: 'Scripted: the script has no answer to this, so a person is told.',
    uses: [
      {
        name: 'ask_human',
        input: {
          category: 'other',
          question: question.length > 600 ? `${question.slice(0, 599)}…` : question,
          options: ['Configure a real model', 'Close this issue'],
          recommended: 'Configure a real model',
        },
      },
    ],
  };
}

/** How far a run has come, as its request tells. */
export interface Progress {
  readonly title: string | null;
  /** How many answers the request holds already. */
  readonly answers: number;
  /** The tool results of the last message that were errors. */
  readonly refused: readonly string[];
}

/** The turn that comes next. It depends on the request alone, so that a repeated or resumed run plays the same. */
export function nextTurn(conversations: readonly Conversation[], progress: Progress): ConversationTurn {
  const { title, answers, refused } = progress;
  const conversation = title === null ? null : conversationFor(conversations, title);
  if (conversation === null) {
    const known = conversations.map((one) => `“${one.title}”`).join(', ');
    return askPerson(
      `This is the scripted model of the demo. It thinks nothing; it only knows its scripted asks: ${known === '' ? 'none' : known}.`,
    );
  }
  const [hindrance] = refused;
  if (hindrance !== undefined)
    return askPerson(
      `The scripted conversation for this ask met an answer that it was not written for, and stops: ${hindrance}`,
    );
  return (
    conversation.turns[answers] ??
    askPerson('The scripted conversation for this ask has ended without a change that could be handed over.')
  );
}
