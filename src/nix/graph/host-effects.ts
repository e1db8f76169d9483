import { type Deps, flattenDeps } from '../eval/deps.ts';
import type { declaredDefault } from './declared-options.ts';
import type { Machine, Step } from './host-walk.ts';
import type { ReadOfMachine } from './machine-reads.ts';

/** What decides about a machine: less than its files, because modules that define nothing on it are left out. */
export interface HostEffects {
  readonly marks: ReadonlySet<string>;
  /** For each module that counts the files that it imports which count. */
  readonly imports: ReadonlyMap<string, string>;
  /** Folders whose names count for more than for what is imported, and files that do. */
  readonly listings: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Every file and folder that is referred to. */
  readonly references: ReadonlySet<string>;
}

export function hostEffects(machine: Machine, steps: readonly Step[], others: readonly ReadOfMachine[]): HostEffects {
  const idle = idleFiles(machine.entry, steps);
  const marks = new Set<string>();
  const references = new Set(steps.flatMap(({ findings }) => findings.references.map(({ path }) => path)));
  const listings = new Set<string>();
  const files = new Set<string>();
  const imports = new Map<string, string>();
  const take = (deps: Deps | null): void => {
    const found = flattenDeps(deps);
    for (const mark of found.marks) marks.add(mark);
    for (const path of found.listings) listings.add(path);
    for (const path of found.files) files.add(path);
  };
  for (const { deps, references: more } of others) {
    take(deps);
    for (const path of more) references.add(path);
  }
  const way = flattenDeps(machine.deps);
  for (const path of way.listings) listings.add(path);
  for (const path of way.files) files.add(path);
  for (const { from, findings } of steps) {
    const { said, defined, imports: own } = findings;
    for (const deps of said.unknownDeclarations) take(deps);
    // What others may read too: an option of NixOS that is declared once more, to be given more.
    for (const { value, deps } of said.declarations) if (!hasDefault(value)) take(deps);
    if (idle.has(from)) continue;
    take(defined);
    if (own.isSure) imports.set(from, own.files.filter((file) => !idle.has(file)).join('\n'));
    else take(own.deps);
  }
  return { marks, imports, listings, files, references };
}

/** Modules that are only ever imported, define nothing, and import only such as define nothing either. */
export function idleFiles(entry: string, steps: readonly Step[]): ReadonlySet<string> {
  const byFile = new Map(steps.filter(({ from }) => from !== entry).map((step) => [step.from, step] as const));
  const used = new Set<string>();
  for (const { findings } of steps) {
    for (const file of findings.values) used.add(file);
    const imported = new Set(findings.imports.isSure ? findings.imports.files : []);
    for (const { path, use } of findings.references)
      if (use === 'package' || (use === 'module' && !imported.has(path))) used.add(path);
  }
  const busy = new Set<string>([...byFile.keys()].filter((file) => !isIdle(byFile.get(file), used, file)));
  for (let before = -1; before !== busy.size; ) {
    before = busy.size;
    for (const [file, { findings }] of byFile)
      if (findings.imports.files.some((each) => busy.has(each) || !byFile.has(each))) busy.add(file);
  }
  return new Set([...byFile.keys()].filter((file) => !busy.has(file)));
}

function isIdle(step: Step | undefined, used: ReadonlySet<string>, file: string): boolean {
  if (step === undefined || used.has(file)) return false;
  return !step.findings.said.hasEffect && step.findings.imports.isSure;
}

function hasDefault(value: Parameters<typeof declaredDefault>[1]): boolean {
  const call = value.kind === 'attrs' ? value.rest : value;
  if (value.kind === 'attrs' && value.slots.has('default')) return true;
  if (call?.kind !== 'symbol') return false;
  if (call.path[call.path.length - 2] === 'mkEnableOption') return true;
  const held = call.parts[call.parts.length - 1]?.value;
  return held?.kind === 'attrs' && held.slots.has('default');
}
