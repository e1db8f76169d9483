import type { Evaluator } from '../eval/evaluator.ts';
import { Deps } from '../eval/deps.ts';
import { attrs, ready, symbol, Thunk, type AttrsValue, type Value } from '../eval/values.ts';
import { pathValue } from '../eval/frameworks/machines-in-folders.ts';
import { folderOf } from '../repository.ts';

/** The names of a flake's outputs are asked for one by one; whoever asks gets what the outputs hold by then. */
class OutputSlots extends Map<string, Thunk> {
  private readonly answer: (name: string) => Value;

  constructor(known: ReadonlyMap<string, Thunk>, answer: (name: string) => Value) {
    super(known);
    this.answer = answer;
  }

  override get(name: string): Thunk | undefined {
    const known = super.get(name);
    if (known !== undefined) return known;
    const thunk = new Thunk(() => this.answer(name), null);
    super.set(name, thunk);
    return thunk;
  }
}

export interface Flake {
  readonly outputs: Thunk;
  /** What frameworks commonly give to modules: the inputs and the flake itself. */
  readonly commonArgs: ReadonlyMap<string, Thunk>;
}

/** The outputs of a flake as far as they can be told, with its inputs as symbols. Null where the file is no flake. */
export function flakeIn(evaluator: Evaluator, file: string): Flake | null {
  const content = evaluator.file(file);
  if (content === null) return null;
  const flake = evaluator.force(content);
  if (flake.kind !== 'attrs') return null;
  const made = flake.slots.get('outputs');
  if (made === undefined) return null;
  const outputs: Thunk = new Thunk(
    () => withInputs(evaluator, evaluator.apply(evaluator.force(made), ready(inputs)), inputs),
    made.site,
  );
  const inputs = outputArguments(evaluator, flake, file, outputs);
  const self = evaluator.select(inputs, 'self');
  const both = attrs(
    new Map([
      ['self', ready(self)],
      ['inputs', ready(inputs)],
    ]),
    self,
  );
  const commonArgs = new Map<string, Thunk>([
    ...['inputs', 'flake-inputs', 'flakeInputs'].map((name) => [name, ready(inputs)] as const),
    ...['self', 'outputs', 'flake-self'].map((name) => [name, ready(self)] as const),
    ['flake', ready(both)],
  ]);
  return { outputs, commonArgs };
}

/**
 * Outputs that somebody else's function makes of a function of ours (`with-inputs (inputs: { … })`, `flake-compat`):
 * whatever else it does, it calls ours with the inputs.
 */
function withInputs(evaluator: Evaluator, value: Value, inputs: Value): Value {
  const given = value.kind === 'symbol' && value.path.at(-1) === '()' ? value.parts.at(-1) : undefined;
  const own = given === undefined ? null : evaluator.force(given);
  return own?.kind === 'lambda' ? evaluator.apply(own, ready(inputs)) : value;
}

function outputArguments(evaluator: Evaluator, flake: AttrsValue, file: string, outputs: Thunk): Value {
  const folder = pathValue(folderOf(file), file);
  const inputs = new Map<string, Thunk>();
  const declared = flake.slots.get('inputs');
  const listed = declared === undefined ? null : evaluator.force(declared);
  for (const [name, slot] of listed?.kind === 'attrs' ? listed.slots : []) {
    const used = (): Value => {
      evaluator.noteInput(name);
      return inputValue(evaluator, name, slot, folder.path);
    };
    inputs.set(name, new Thunk(used, slot.site));
  }
  // Whoever asks for all names of the inputs is told apart by them.
  const all = attrs(inputs, symbol(['inputs']), listed?.kind === 'attrs' ? listed.names : undefined);
  const known = new Map<string, Thunk>([
    ['outPath', ready(folder)],
    ['inputs', ready(all)],
    ['outputs', new Thunk(() => self, null)],
    ['sourceInfo', ready(symbol(['self', 'sourceInfo']))],
    ['_type', ready(symbol(['self', '_type']))],
  ]);
  for (const name of [
    'rev',
    'shortRev',
    'dirtyRev',
    'dirtyShortRev',
    'lastModified',
    'lastModifiedDate',
    'narHash',
    'revCount',
  ]) {
    known.set(name, ready(symbol(['self', name])));
  }
  const slots = new OutputSlots(known, (name) => evaluator.select(evaluator.force(outputs), name));
  const self: AttrsValue = { kind: 'attrs', slots, rest: null, isFlake: true };
  inputs.set('self', ready(self));
  return all;
}

/** An input that is a folder of this repository brings that folder; any other brings nothing of ours. */
function inputValue(evaluator: Evaluator, name: string, slot: Thunk, folder: string): Value {
  const declared = evaluator.force(slot);
  const url = declared.kind === 'attrs' ? evaluator.select(declared, 'url') : declared;
  const local = url.kind === 'string' ? /^(?:path:)?\.\/?(.*)$/.exec(url.text) : null;
  const path = local === null ? null : [folder, local[1] ?? ''].filter((part) => part !== '').join('/');
  if (path === null || path === '') return symbol(['inputs', name]);
  const inner = evaluator.repository.entries.has(`${path}/flake.nix`) ? flakeIn(evaluator, `${path}/flake.nix`) : null;
  if (inner !== null) return evaluator.select(evaluator.force(inner.commonArgs.get('inputs') as Thunk), 'self');
  return symbol(['inputs', name], [ready(pathValue(path, 'flake.nix'))]);
}

/** One output, with what was looked at to get it. */
export function output(
  evaluator: Evaluator,
  outputs: Thunk,
  name: string,
): { readonly value: Value; readonly deps: Deps } {
  const { answer, deps } = evaluator.watched(() => {
    const value = evaluator.select(evaluator.force(outputs), name);
    open(evaluator, value);
    return value;
  });
  // None that was looked at is not the same as nobody having looked.
  return { value: answer, deps: deps ?? new Deps() };
}

/** Whoever takes the machines from an output looks at all that it may be. */
function open(evaluator: Evaluator, value: Value): void {
  if (value.kind === 'choice') for (const option of value.options) open(evaluator, evaluator.force(option));
}
