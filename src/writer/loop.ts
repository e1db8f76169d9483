import { never } from '../core/bug.ts';
import type { Clock } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { Ledger, type Limits, type Spent } from './budget.ts';
import type { Question, Submission } from './draft.ts';
import type { Message, Model, ToolResult, ToolUse } from './model.ts';
import { type Ask, describeTools, firstMessage, type RepositoryView, rules } from './prompt.ts';
import { type Desk, type Tool, type ToolAnswer, wrong } from './tool.ts';

/** How a run ends. A fault of the model is thrown, not returned: the job is tried again. */
export type Written =
  | { readonly kind: 'submitted'; readonly submission: Submission; readonly spent: Spent }
  | { readonly kind: 'asked'; readonly question: Question; readonly spent: Spent }
  | { readonly kind: 'stopped'; readonly refusal: Refusal; readonly spent: Spent };

export interface LoopDeps {
  readonly model: Model;
  readonly tools: readonly Tool[];
  readonly limits: Limits;
  readonly clock: Clock;
  /** A word that the text cannot know, new for each run. */
  readonly boundary: string;
  /** Told after every tool call, so that people see progress. Made from our own events, never from the model's words. */
  readonly onTool?: (name: string, input: unknown, isError: boolean) => void;
  readonly signal?: AbortSignal;
}

const usualMaxTokens = 16_000;
const mostMistakesInARow = 3;

/**
 * Runs one change: asks the model turn by turn and lets it work on the desk's draft until it submits, asks a person, or
 * a limit is reached. Nothing is handed over unless `submit` accepted it.
 */
export async function write(ask: Ask, shown: RepositoryView, desk: Desk, deps: LoopDeps): Promise<Written> {
  const ledger = new Ledger(deps.model.name, deps.limits, deps.clock.now());
  const descriptions = describeTools(deps.tools);
  const messages: Message[] = [{ role: 'user', text: firstMessage(ask, shown, deps.boundary) }];
  let maxTokens = usualMaxTokens;
  let nudged = false;
  let mistakes = 0;
  const stopped = (refusal: Refusal): Written => ({ kind: 'stopped', refusal, spent: ledger.spent });

  for (;;) {
    const limit = ledger.exhausted(deps.clock.now(), maxTokens);
    if (limit !== null) return stopped(refuse('budget-spent', { reason: limit }));
    const turn = await deps.model.turn({ system: [rules], tools: descriptions, messages, maxTokens }, deps.signal);
    ledger.count(turn.usage);

    // Results of no tool are an empty message, and that is refused; such an answer ended like any other.
    const stop = turn.stop === 'tool-use' && turn.toolUses.length === 0 ? 'end-turn' : turn.stop;
    switch (stop) {
      case 'tool-use': {
        const results = await useTools(turn.toolUses, desk, deps);
        messages.push({ role: 'assistant', blocks: turn.blocks }, resultsMessage(results, ledger.nearlySpent));
        if (desk.draft.submission !== null)
          return { kind: 'submitted', submission: desk.draft.submission, spent: ledger.spent };
        if (desk.draft.question !== null) return { kind: 'asked', question: desk.draft.question, spent: ledger.spent };
        mistakes = results.every(({ isError }) => isError) ? mistakes + 1 : 0;
        if (mistakes >= mostMistakesInARow * 2)
          return stopped(refuse('budget-spent', { reason: 'too many refused tool calls in a row' }));
        maxTokens = usualMaxTokens;
        break;
      }
      case 'end-turn':
        // It stopped without handing anything over: one reminder, then a person decides.
        if (nudged) return stopped(refuse('budget-spent', { reason: 'the model ended without a change' }));
        nudged = true;
        messages.push(...(turn.blocks.length === 0 ? [] : [{ role: 'assistant', blocks: turn.blocks } as const]), {
          role: 'user',
          text: 'Nothing is handed over yet. Call submit, or ask_human if a person must decide something.',
        });
        break;
      case 'pause':
        messages.push({ role: 'assistant', blocks: turn.blocks });
        break;
      case 'max-tokens':
        // Tool input cut here parses as partial JSON without an error (SDK 1.12.0), so the whole message is thrown away.
        if (maxTokens > usualMaxTokens)
          return stopped(refuse('budget-spent', { reason: 'one answer is longer than allowed' }));
        maxTokens = usualMaxTokens * 2;
        break;
      case 'refusal':
        return stopped(refuse('model-declined', turn.category === null ? {} : { category: turn.category }));
      case 'context-exceeded':
        return stopped(refuse('budget-spent', { reason: 'the change is too large for one run; split the issue' }));
      case 'other':
        return stopped(refuse('budget-spent', { reason: 'the model ended for a reason that is not known here' }));
      default:
        return never(stop);
    }
  }
}

/**
 * Answers every tool use, in its order. Reads run side by side; writes and talk wait for all before them, so that a read
 * shows what stood there when it was asked for.
 */
async function useTools(uses: readonly ToolUse[], desk: Desk, deps: LoopDeps): Promise<readonly ToolResult[]> {
  const results: Promise<ToolResult>[] = [];
  for (const use of uses) {
    const tool = deps.tools.find(({ name }) => name === use.name);
    if (tool?.effect !== 'read') await Promise.all(results);
    const result = callTool(tool, use, desk, deps);
    results.push(result);
    if (tool?.effect !== 'read') await result;
  }
  return Promise.all(results);
}

async function callTool(tool: Tool | undefined, use: ToolUse, desk: Desk, deps: LoopDeps): Promise<ToolResult> {
  const answer = await answerOf(tool, use, desk);
  deps.onTool?.(use.name, use.input, answer.isError);
  return { id: use.id, ...answer };
}

async function answerOf(tool: Tool | undefined, use: ToolUse, desk: Desk): Promise<ToolAnswer> {
  if (tool === undefined) return wrong(`There is no tool ${use.name}.`);
  // What was judged is what is handed over: an edit in the same breath, behind submit, would leave unseen.
  if (desk.draft.submission !== null || desk.draft.question !== null)
    return wrong('The run has ended; nothing more is done.');
  return tool.call(use.input, desk);
}

function resultsMessage(results: readonly ToolResult[], nearlySpent: boolean): Message {
  const note = 'Four fifths of the budget of this run are used. Finish what is begun and submit, or ask_human.';
  return nearlySpent ? { role: 'results', results, note } : { role: 'results', results };
}
