import { Deps, flattenDeps } from '../eval/deps.ts';
import type { SystemValue } from '../eval/values.ts';
import { idleFiles } from './host-effects.ts';
import type { Step } from './host-walk.ts';
import { readMark } from './known-options.ts';
import type { SystemRead } from './module-walk.ts';
import { ofNixos } from './option-log.ts';

/** What reading another machine's options comes to. */
export interface ReadOfMachine {
  readonly deps: Deps;
  /** Files and folders that are referred to where all of the machine counts. */
  readonly references: readonly string[];
  readonly reads: readonly SystemRead[];
}

/**
 * Options of NixOS that are what is defined of them and nothing else (nixpkgs 25.11, nixos/modules). Any other may be
 * put together by NixOS from every option that there is.
 */
const plain = new Set([
  'networking.hostName',
  'networking.domain',
  'networking.hostId',
  'system.stateVersion',
  'time.timeZone',
]);

/**
 * What an option of a machine rests on: what its modules define at that path, above it and below it, how it is
 * declared, which modules there are, and in turn what those definitions read. All of the machine where the option is
 * not one that the repository declares, or where something it rests on is not.
 */
export function readOfMachine(
  entry: string,
  steps: readonly Step[],
  path: readonly string[] | null,
  isDeclared: (path: string) => boolean,
): ReadOfMachine {
  const asked = new Set<string>();
  const waiting = path === null ? [] : [path.join('.')];
  const deps = base(entry, steps);
  if (path === null) return whole(entry, steps);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (asked.has(next)) continue;
    asked.add(next);
    if (!plain.has(next) && !isDeclared(next)) return whole(entry, steps);
    const found = definitionsOf(steps, next);
    deps.inner.add(found);
    for (const mark of flattenDeps(found).marks)
      if (mark.startsWith(readMark)) waiting.push(mark.slice(readMark.length));
  }
  // A definition that reads further machines does so by values, of which it is not known where they stand.
  const reads = steps.flatMap(({ findings }) => findings.reads);
  return { deps, references: [], reads };
}

function whole(entry: string, steps: readonly Step[]): ReadOfMachine {
  const deps = base(entry, steps);
  const idle = idleFiles(entry, steps);
  for (const { from, findings } of steps) {
    if (!idle.has(from)) deps.inner.add(findings.defined);
    for (const each of findings.said.declarations) deps.inner.add(each.deps);
  }
  const references = steps.flatMap(({ findings }) => findings.references.map(({ path }) => path));
  return { deps, references, reads: steps.flatMap(({ findings }) => findings.reads) };
}

/** Which modules the machine is made of, and what decides which options they define. */
function base(entry: string, steps: readonly Step[]): Deps {
  const deps = new Deps();
  const idle = idleFiles(entry, steps);
  for (const { from, findings } of steps) {
    for (const each of findings.said.unknownDeclarations) deps.inner.add(each);
    if (idle.has(from)) continue;
    deps.inner.add(findings.imports.deps);
    const structure = findings.definedAt.get('');
    if (structure !== undefined) deps.inner.add(structure);
  }
  return deps;
}

function definitionsOf(steps: readonly Step[], path: string): Deps {
  const deps = new Deps();
  for (const { findings } of steps) {
    for (const [key, held] of findings.definedAt) if (key !== '' && mayDefine(key, path)) deps.inner.add(held);
    for (const { path: declared, deps: held } of findings.said.declarations) {
      const name = declared.join('.');
      if (isAbove(name, path) || isAbove(path, name)) deps.inner.add(held);
    }
  }
  return deps;
}

/** What stands at a path, above or below, also as the end of a longer one. */
function mayDefine(key: string, path: string): boolean {
  const steps = key.split('.');
  return steps.some((_, from) => {
    if (from > 0 && from === steps.length - 1 && ofNixos.has(steps[0] as string)) return false;
    const tail = steps.slice(from).join('.');
    return isAbove(tail, path) || isAbove(path, tail);
  });
}

function isAbove(upper: string, lower: string): boolean {
  return lower === upper || lower.startsWith(`${upper}.`);
}

/** The systems that several reads are of, each once for one path. */
export function readKey({ path }: SystemRead, system: SystemValue, ids: Map<SystemValue, number>): string {
  const id = ids.get(system) ?? ids.size;
  ids.set(system, id);
  return `${id} ${path === null ? '' : path.join('.')}`;
}
