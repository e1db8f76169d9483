import { z } from 'zod';
import { readAttributePath } from '../nix/edit/attribute-path.ts';
import type { NixEdit } from '../nix/edit/nix-edit.ts';

interface Operation {
  readonly word: string;
  readonly takes: readonly string[];
  readonly does: string;
  readonly make: (first: string, second: string) => NixEdit | null;
}

const at = (path: string, make: (path: readonly string[]) => NixEdit): NixEdit | null => {
  const steps = readAttributePath(path);
  return steps === null ? null : make(steps);
};

/** What `fleetwright nix edit` can do, in the order of its help. */
export const operations: readonly Operation[] = [
  {
    word: 'set',
    takes: ['PATH', 'NIX'],
    does: 'give an attribute a value, which is Nix: true, 443, "text", [ 1 2 ], lib.mkForce false',
    make: (path, value) => at(path, (steps) => ({ kind: 'set', path: steps, value })),
  },
  {
    word: 'string',
    takes: ['PATH', 'TEXT'],
    does: 'give an attribute a text: quotes, escapes and indentation are written for it',
    make: (path, value) => at(path, (steps) => ({ kind: 'set-string', path: steps, value })),
  },
  {
    word: 'remove',
    takes: ['PATH'],
    does: 'remove an attribute and everything below it',
    make: (path) => at(path, (steps) => ({ kind: 'remove', path: steps })),
  },
  {
    word: 'list-add',
    takes: ['PATH', 'NIX'],
    does: 'add an item to a list, which is made where it is absent',
    make: (path, item) => at(path, (steps) => ({ kind: 'add-item', path: steps, item })),
  },
  {
    word: 'list-remove',
    takes: ['PATH', 'NIX'],
    does: 'remove an item from a list',
    make: (path, item) => at(path, (steps) => ({ kind: 'remove-item', path: steps, item })),
  },
  {
    word: 'import',
    takes: ['NIX'],
    does: "add to the module's imports",
    make: (item) => ({ kind: 'add-import', item }),
  },
  {
    word: 'argument',
    takes: ['NAME'],
    does: 'have the module take an argument',
    make: (name) => ({ kind: 'add-argument', name }),
  },
];

export type ReadEdits =
  | { readonly kind: 'edits'; readonly edits: readonly NixEdit[] }
  | { readonly kind: 'misused'; readonly sentence: string };

const misused = (sentence: string): ReadEdits => ({ kind: 'misused', sentence });

/** `set services.consul.enable true` as an edit, or a sentence that says what to type instead. */
export function editFromWords(words: readonly string[]): ReadEdits {
  const [word = '', ...given] = words;
  const operation = operations.find((each) => each.word === word);
  if (operation === undefined) {
    const known = operations.map((each) => each.word).join(', ');
    return misused(word === '' ? `Say what to do: ${known}.` : `There is no edit "${word}"; there are: ${known}.`);
  }
  const { takes, make } = operation;
  if (given.length !== takes.length) {
    const more = given.length > takes.length ? '; a value of several words needs quotes' : '';
    return misused(`\`${word}\` takes ${takes.join(' and ')}${more}.`);
  }
  const edit = make(given[0] ?? '', given[1] ?? '');
  return edit === null
    ? misused(`"${given[0] ?? ''}" is no attribute path: names with dots between them, quoted where Nix quotes them.`)
    : { kind: 'edits', edits: [edit] };
}

const pathShape = z
  .union([z.string().transform((text) => readAttributePath(text)), z.array(z.string()).min(1).readonly()])
  .refine((path) => path !== null, { error: 'not an attribute path' })
  .transform((path) => path ?? []);

const editShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('set'), path: pathShape, value: z.string() }),
  z.strictObject({ kind: z.literal('set-string'), path: pathShape, value: z.string() }),
  z.strictObject({ kind: z.literal('remove'), path: pathShape }),
  z.strictObject({ kind: z.literal('add-item'), path: pathShape, item: z.string() }),
  z.strictObject({ kind: z.literal('remove-item'), path: pathShape, item: z.string() }),
  z.strictObject({ kind: z.literal('add-import'), item: z.string() }),
  z.strictObject({ kind: z.literal('add-argument'), name: z.string() }),
]);
const editsShape = z.array(editShape).min(1);

/** `[{"kind": "set", "path": "services.consul.enable", "value": "true"}, …]`: paths as Nix writes them, or as lists. */
export function editsFromJson(text: string): ReadEdits {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return misused('The edits are not JSON.');
  }
  const parsed = editsShape.safeParse(data);
  if (parsed.success) return { kind: 'edits', edits: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue?.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('') ?? '';
  return misused(`The edits are not what is taken: ${place === '' ? '' : `${place}: `}${issue?.message ?? 'invalid'}.`);
}
