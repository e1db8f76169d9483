import { nearest } from '../core/nearest.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Decision, Snapshot } from './command.ts';
import { commands } from './list.ts';
import type { CommandLine, ReadComment } from './read-commands.ts';

/** One command line and what is to be done about it. */
export interface Decided {
  readonly line: CommandLine;
  readonly decision: Decision;
}

/** Verbs that a comment addresses to this bot, known or nearly so; a mere mention of a path or another bot's verb is none. */
export function addressedTo(comment: ReadComment): readonly CommandLine[] {
  const names = commands.map(({ name }) => name);
  return comment.commands.filter(
    ({ verb }) => comment.onlyCommands || names.includes(verb) || nearest(verb, names) !== null,
  );
}

/**
 * Decides every command line of a comment. A person without write permission is refused once for the whole comment.
 * The same line twice in one comment is one command.
 */
export function decideComment(lines: readonly CommandLine[], snapshot: Snapshot): readonly Decided[] {
  const distinct = [...new Map(lines.map((line) => [`${line.verb} ${line.words.join(' ')}`, line])).values()];
  const [first] = distinct;
  if (first === undefined) return [];
  if (!snapshot.mayWrite)
    return [{ line: first, decision: refuse('no-write-permission', { author: snapshot.author }) }];
  return distinct.map((line) => ({ line, decision: decideLine(line, snapshot) }));
}

function decideLine(line: CommandLine, snapshot: Snapshot): Decision {
  const command = commands.find(({ name }) => name === line.verb);
  if (command === undefined) return unknownCommand(line);
  const decision = command.decide(line.words, snapshot);
  return isRefusal(decision) ? { ...decision, facts: { ...decision.facts, usage: command.usage } } : decision;
}

function unknownCommand(line: CommandLine): Refusal {
  const names = commands.map(({ name }) => name);
  const meant = nearest(line.verb, names);
  const facts = { verb: line.verb, known: names.map((name) => `/${name}`) };
  return meant === null
    ? refuse('unknown-command', facts, '/help')
    : refuse('unknown-command', { ...facts, meant }, [`/${meant}`, ...line.words].join(' '));
}
