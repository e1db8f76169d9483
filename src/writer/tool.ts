import type { z } from 'zod';
import type { Finding } from '../core/finding.ts';
import type { KnownServers, ServerWitnesses } from '../dns/serial-evidence.ts';
import type { OpenZone, ZoneSource } from '../dns/zone.ts';
import type { Draft } from './draft.ts';

/** What a tool may use: the draft, and judgements that code makes. No network, no shell, no token, no clock. */
export interface Desk {
  readonly draft: Draft;
  /** The most files that the change may touch. */
  readonly maxFiles: number;
  readonly zones: readonly ZoneSource[];
  /** Host name to `address` as configured. */
  readonly hosts: ReadonlyMap<string, string>;
  /** What the repository tells of the serials and servers of zones. */
  knownServers(zones: readonly OpenZone[], neighbours: ServerWitnesses['neighbours']): Promise<KnownServers>;
  /** Milliseconds since the epoch, for dated serials. */
  readonly now: number;
  /** What is wrong with a file's text by itself: syntax. Compared before and after an edit, so old mistakes do not count. */
  syntax(path: string, text: string): readonly Finding[];
  /** Whether a file is a zone, which only the `dns` tool edits. */
  isZone(path: string, text: string): boolean;
  /** What stands in the way of submitting the whole draft. */
  judge(): Promise<readonly Finding[]>;
}

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

export const done = (text: string): ToolAnswer => ({ text, isError: false });
export const wrong = (text: string): ToolAnswer => ({ text, isError: true });

/** A tool as its file writes it. The description is part of the prompt: it says when to use it and what it refuses. */
export interface ToolDefinition<Shape extends z.ZodType> {
  readonly name: string;
  /** `read` tools may run side by side; `write` and `talk` tools run in the order in which they were called. */
  readonly effect: 'read' | 'write' | 'talk';
  readonly description: string;
  readonly input: Shape;
  run(input: z.output<Shape>, desk: Desk): Promise<ToolAnswer>;
}

/** A tool with its input type closed over, so that all of them fit in one list. */
export interface Tool {
  readonly name: string;
  readonly effect: 'read' | 'write' | 'talk';
  readonly description: string;
  readonly input: z.ZodType;
  call(input: unknown, desk: Desk): Promise<ToolAnswer>;
}

/** Makes a tool of a definition: input that does not fit is answered with what is wrong, and nothing runs. */
export function tool<Shape extends z.ZodType>(definition: ToolDefinition<Shape>): Tool {
  return {
    name: definition.name,
    effect: definition.effect,
    description: definition.description,
    input: definition.input,
    async call(input, desk) {
      const parsed = definition.input.safeParse(input);
      if (parsed.success) return definition.run(parsed.data, desk);
      const mistakes = parsed.error.issues.map(
        (issue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`,
      );
      return wrong(`The input does not fit ${definition.name}. ${mistakes.join('; ')}`);
    },
  };
}
