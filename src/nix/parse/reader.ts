import type * as S from '../syntax.ts';
import * as T from '../token.ts';
import type { NixError, Tokens } from '../token.ts';

/**
 * What the parser does next. A function that might come round again is not called but returned as a step, and what
 * waits for it is kept in frames: so the input decides how deep the frames grow and never how deep the calls do.
 */
export type Step = number;
export const STOP = 0;
export const EXPRESSION = 1;
export const OPERAND = 2;
export const SIMPLE = 3;
export const AFTER_SIMPLE = 4;
export const AFTER_SELECTION = 5;
export const AFTER_OPERAND = 6;
/** What waits goes on: with the expression in `value`, or with the name that was gathered. */
export const RESUME = 7;

/** How much a frame waits for: an operator's strength, or one of these. */
export const WHOLE = 0;
export const SELECTION = -1;

/** A node while it is being read. */
export type Building<Node> = { -readonly [Key in keyof Node]: Node[Key] };
/** Goes on with a node when what it waited for is there. */
export type Then<Node> = (reader: Reader, node: Node) => Step;

/** Stands in a node for an expression that is still to come. */
export const pending: S.Expr = { type: 'ident', from: -1, to: -1, name: '' };
/** Stands for children that are still to come, and for none. */
export const none: readonly never[] = [];

const noTokens: Tokens = { kinds: new Uint8Array(), starts: new Int32Array(), ends: new Int32Array(), count: 0 };
/** Most files need little; where one needed more, the room is not kept. */
const mostKept = 256;

/** The tokens of one text, the place reached in them, and what waits there. */
export class Reader {
  /** The kind of the token that is next. */
  kind: number = T.END;
  /** The expression that was read last. */
  value: S.Expr = pending;
  error: NixError | null = null;
  private text = '';
  private tokens = noTokens;
  private at = 0;
  /** The frames, of which the last is at `top`: what is behind it is left over. */
  private top = -1;
  private nodes: object[] = [];
  private readonly thens: Then<never>[] = [];
  private readonly strengths: number[] = [];
  /** How many children were gathered when each frame was opened: those behind are its own. */
  private readonly bases: number[] = [];
  private gathered: unknown[] = [];
  private gatheredCount = 0;

  begin(text: string, tokens: Tokens): void {
    this.text = text;
    this.tokens = tokens;
    this.at = 0;
    this.kind = tokens.kinds[0] as number;
    this.error = null;
  }

  /** Lets go of everything that was read, so that it can be collected while the reader waits for the next text. */
  end(): void {
    this.text = '';
    this.tokens = noTokens;
    this.value = pending;
    this.top = -1;
    this.nodes = emptied(this.nodes, pending);
    this.gatheredCount = 0;
    this.gathered = emptied(this.gathered, null);
  }

  /** Where the next token begins. */
  start(): number {
    return this.tokens.starts[this.at] as number;
  }

  /** Where the next token ends. */
  stop(): number {
    return this.tokens.ends[this.at] as number;
  }

  /** The end of the token before the next: where a node that is complete ends. */
  last(): number {
    return this.tokens.ends[this.at - 1] as number;
  }

  /** The kind of a token behind the next. Two behind the end are END too. */
  ahead(count: 1 | 2): number {
    return this.tokens.kinds[this.at + count] as number;
  }

  is(kind: number): boolean {
    return this.kind === kind;
  }

  advance(): void {
    this.at += 1;
    this.kind = this.tokens.kinds[this.at] as number;
  }

  ident(): S.Ident {
    const from = this.start();
    const to = this.stop();
    this.advance();
    return { type: 'ident', from, to, name: this.text.slice(from, to) };
  }

  /** Opens a frame: `then` goes on with the node when what it waits for is there. */
  open<Node extends object>(node: Node, then: Then<Node>, waitsFor: number = WHOLE): void {
    const top = this.top + 1;
    this.top = top;
    this.nodes[top] = node;
    this.thens[top] = then;
    this.strengths[top] = waitsFor;
    this.bases[top] = this.gatheredCount;
  }

  /** The frame on top waits for something else from now on. */
  waitFor<Node extends object>(then: Then<Node>, waitsFor: number = WHOLE): void {
    this.thens[this.top] = then;
    this.strengths[this.top] = waitsFor;
  }

  resume(): Step {
    // The only place that does not know what a node is: it stands beside the one function that was opened with it.
    return (this.thens[this.top] as Then<object>)(this, this.nodes[this.top] as object);
  }

  close(): void {
    this.top -= 1;
  }

  /** Closes the frame of an expression, which is the value now. */
  complete(node: S.Expr, next: Step): Step {
    this.close();
    this.value = node;
    return next;
  }

  node(): object {
    return this.nodes[this.top] as object;
  }

  waitsFor(): number {
    return this.strengths[this.top] as number;
  }

  /** Gives the frame on top a child. */
  gather(child: unknown): void {
    this.gathered[this.gatheredCount] = child;
    this.gatheredCount += 1;
  }

  /** Takes the children of the frame on top, in an array that is exactly as long: trees are kept by the thousand. */
  children<Child>(): readonly Child[] {
    const { gathered } = this;
    const from = this.bases[this.top] as number;
    const to = this.gatheredCount;
    this.gatheredCount = from;
    if (to === from) return none;
    if (to === from + 1) return [gathered[from] as Child];
    if (to === from + 2) return [gathered[from] as Child, gathered[from + 1] as Child];
    return gathered.slice(from, to) as Child[];
  }

  /** Steps over a token of one kind, or refuses what stands there. */
  takes(kind: number, expected: string = quoted(kind)): boolean {
    if (!this.is(kind)) {
      this.fail(expected);
      return false;
    }
    this.advance();
    return true;
  }

  fail(expected: string): Step {
    const from = this.start();
    const what = tokenWords(this.kind, this.text.slice(from, Math.min(this.stop(), from + 40)));
    return this.refuse(from, `unexpected ${what}${expected === '' ? '' : `, expected ${expected}`}`);
  }

  refuse(offset: number, message: string): Step {
    this.error = { offset, message };
    return STOP;
  }
}

/** The same room with nothing left in it that could not be collected, or new room where it was much. */
function emptied<Kept>(kept: Kept[], nothing: Kept): Kept[] {
  return kept.length > mostKept ? [] : kept.fill(nothing);
}

function quoted(kind: number): string {
  return `"${T.tokenNames[kind]}"`;
}

function tokenWords(kind: number, text: string): string {
  if (kind === T.END) return 'end of file';
  const name = T.tokenNames[kind] as string;
  return name === text ? `"${name}"` : `${name} "${text}"`;
}
