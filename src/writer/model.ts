/** Blocks of an assistant's message, exactly as the model sent them. They go back unchanged: thinking is signed. */
export type AssistantBlocks = readonly object[];

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** Not validated: a tool parses it itself. */
  readonly input: unknown;
}

export interface ToolResult {
  readonly id: string;
  readonly text: string;
  readonly isError: boolean;
}

export type Message =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly blocks: AssistantBlocks }
  /** Every tool use of the message before it is answered, in order. `note` follows the results. */
  | { readonly role: 'results'; readonly results: readonly ToolResult[]; readonly note?: string };

export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface TurnRequest {
  /** The rules first, then what is known of the repository. Byte for byte the same in every turn of a run: it is cached. */
  readonly system: readonly string[];
  readonly tools: readonly ToolDescription[];
  readonly messages: readonly Message[];
  readonly maxTokens: number;
}

/** Tokens by price. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export type StopReason = 'tool-use' | 'end-turn' | 'max-tokens' | 'refusal' | 'pause' | 'context-exceeded' | 'other';

export interface Turn {
  readonly blocks: AssistantBlocks;
  readonly toolUses: readonly ToolUse[];
  readonly stop: StopReason;
  /** Of a refusal: its category, where the model gave one. */
  readonly category: string | null;
  readonly usage: Usage;
}

/** One model. A turn that cannot be had is a `Fault` (`model-unavailable`, `model-limited`, `model-refused-key`). */
export interface Model {
  readonly name: string;
  /** It plays a conversation that was written beforehand. Said wherever its work is shown. */
  readonly scripted: boolean;
  turn(request: TurnRequest, signal?: AbortSignal): Promise<Turn>;
}
