import { channelsFlake, importHosts, isChannelsFlake } from './frameworks/channels.ts';
import { clan } from './frameworks/clan.ts';
import { denix } from './frameworks/denix.ts';
import { flakelight } from './frameworks/flakelight.ts';
import { flakeParts } from './frameworks/flake-parts.ts';
import { blueprint } from './frameworks/blueprint.ts';
import { ezConfigs } from './frameworks/ez-configs.ts';
import { hive } from './frameworks/hive.ts';
import { haumea } from './frameworks/haumea.ts';
import { importTree } from './frameworks/import-tree.ts';
import { pathValue } from './frameworks/machines-in-folders.ts';
import { snowfall } from './frameworks/snowfall.ts';
import { unified } from './frameworks/unified.ts';
import { rakedLeaves } from './frameworks/raked-leaves.ts';
import type { Evaluator } from './evaluator.ts';
import { recursiveUpdate } from './library/attrs-merged.ts';
import { importedFile } from './library/paths.ts';
import { asList, called } from './library/as-list.ts';
import { Thunk, attrs, list, ready, symbol, type SymbolValue, type SystemValue, type Value } from './values.ts';

const flavours: Readonly<Record<string, SystemValue['flavour']>> = {
  nixosSystem: 'nixos',
  darwinSystem: 'darwin',
  homeManagerConfiguration: 'home',
  nixbsdSystem: 'other',
  nixOnDroidConfiguration: 'other',
  makeSystemConfig: 'other',
};

/** Calls of other people's functions that make machines. Null where a call is none of them. */
export function systemCall(evaluator: Evaluator, fn: SymbolValue, arg: Thunk): Value | null {
  const last = fn.path[fn.path.length - 1] ?? '';
  const flavour = flavours[last];
  if (flavour !== undefined) return { kind: 'system', flavour, args: evaluator.force(arg) };
  if (last === 'eval-config.nix') {
    return { kind: 'system', flavour: 'nixos', args: evaluator.force(arg) };
  }
  if (last === 'nixos' && fn.path.length >= 3) return fromConfiguration(evaluator, arg);
  return packages(evaluator, fn, arg) ?? frameworkCall(evaluator, fn, last, arg);
}

/** `import <nixpkgs/nixos> { configuration = …; }`; an input's own `nixos` is something else. */
function fromConfiguration(evaluator: Evaluator, arg: Thunk): Value | null {
  const given = evaluator.force(arg);
  if (given.kind !== 'attrs' || !given.slots.has('configuration')) return null;
  const configuration = new Thunk(() => evaluator.select(evaluator.force(arg), 'configuration'), arg.site);
  return {
    kind: 'system',
    flavour: 'nixos',
    args: attrs(new Map([['modules', ready(list([configuration]))]]), evaluator.force(arg)),
  };
}

function frameworkCall(evaluator: Evaluator, fn: SymbolValue, last: string, arg: Thunk): Value | null {
  const has = (name: string): boolean => fn.path.some((step) => step.includes(name));
  if (last === 'mkFlake' && (has('snowfall') || has('snowflake'))) return snowfall(evaluator, arg);
  if (last === 'mkFlake' && has('adios')) return flakeParts(evaluator, arg, adiosModules(evaluator, arg));
  if (last === 'mkFlake' && has('nixos-unified')) return unifiedFlake(evaluator, arg);
  if (last === 'mkFlake' && (has('digga') || isChannelsFlake(evaluator.force(arg))))
    return channelsFlake(evaluator, arg);
  if (last === 'importHosts') return importHosts(evaluator, arg);
  if (last === 'rakeLeaves') return rakedLeaves(evaluator, evaluator.force(arg));
  if (last === 'configurations' && (has('denix') || has('delib'))) return denix(evaluator, arg);
  if (last === '()' && fn.path[fn.path.length - 2] === 'evalFlakeModule') {
    const args = fn.parts[fn.parts.length - 1];
    if (args === undefined) return null;
    const flake = new Thunk(() => flakeParts(evaluator, args, arg), null);
    return attrs(
      new Map([['config', ready(attrs(new Map([['flake', flake]]), symbol(['flake-parts'])))]]),
      symbol(['flake-parts']),
    );
  }
  if (last === '()') return secondCall(evaluator, fn, arg);
  if ((last === 'clan' || last === 'buildClan') && fn.path.includes('lib')) return clan(evaluator, arg);
  if (last === 'makeHive') return hive(evaluator, arg);
  if (fn.path.length === 2 && has('import-tree')) return importTree(evaluator, arg);
  if (last === 'load' && has('haumea')) return haumea(evaluator, arg);
  if (fn.path.length === 2 && has('blueprint')) return blueprint(evaluator, arg);
  if (last === 'mkFlake' && has('ez-configs')) return ezConfigs(evaluator, arg);
  return null;
}

/** Calls of functions that take two arguments, one after the other. */
function secondCall(evaluator: Evaluator, fn: SymbolValue, arg: Thunk): Value | null {
  const first = fn.parts[fn.parts.length - 1];
  const name = fn.path[fn.path.length - 2] ?? '';
  if (first === undefined) return null;
  if (['flakelight', 'conflake'].some((each) => fn.path.includes(each))) return flakelight(evaluator, first, arg);
  if (name === 'mkFlake') return flakeParts(evaluator, first, arg);
  // `import-tree.filterNot f ./modules`: what a filter leaves out cannot be told, so all files count.
  if (fn.path.some((step) => step.includes('import-tree')) && evaluator.force(arg).kind === 'path')
    return importTree(evaluator, arg);
  if (name === 'importApply') return evaluator.force(called(evaluator, imported(evaluator, first), arg));
  // flakegen: a flake whose outputs stand in another file.
  if (name === 'flakegen')
    return evaluator.apply(evaluator.select(evaluator.force(imported(evaluator, first)), 'outputs'), arg);
  return null;
}

function imported(evaluator: Evaluator, path: Thunk): Thunk {
  return new Thunk(() => {
    const value = evaluator.force(path);
    if (value.kind !== 'path') return value;
    const file = importedFile(evaluator, value.path);
    evaluator.note('files', file);
    const content = evaluator.file(file);
    return content === null ? symbol(['unread', file]) : evaluator.force(content);
  }, path.site);
}

/** nixos-unified's own `mkFlake`: flake-parts over the modules of a folder, and machines by theirs. */
function unifiedFlake(evaluator: Evaluator, arg: Thunk): Value {
  const root = evaluator.select(evaluator.force(arg), 'root');
  const folder = root.kind === 'path' ? root.path : '';
  const below = folder === '' ? 'modules/flake/' : `${folder}/modules/flake/`;
  const parts = folder === '' ? 'modules/flake-parts/' : `${folder}/modules/flake-parts/`;
  const files = [...evaluator.repository.entries.keys()].filter(
    (path) => path.endsWith('.nix') && (path.startsWith(below) || path.startsWith(parts)),
  );
  const imports = ready(list(files.map((file) => ready(pathValue(file, file)))));
  const made = flakeParts(evaluator, arg, ready(attrs(new Map([['imports', imports]]))));
  return recursiveUpdate(evaluator, unified(evaluator, folder), made);
}

/** `import nixpkgs { overlays = …; }`: what the overlays add is ours, everything else is not known. */
function packages(evaluator: Evaluator, fn: SymbolValue, arg: Thunk): Value | null {
  const given = evaluator.force(arg);
  const overlays = given.kind === 'attrs' ? given.slots.get('overlays') : undefined;
  if (overlays === undefined || !fn.path.some((step) => step.includes('nixpkgs'))) return null;
  const base = symbol(['pkgs'], [arg]);
  const final: Thunk = new Thunk(() => {
    let result: Value = attrs(new Map(), base);
    for (const overlay of asList(evaluator, overlays).items) {
      const added = evaluator.force(called(evaluator, overlay, final, ready(result)));
      if (added.kind === 'attrs') result = evaluator.update(result, added);
    }
    return result;
  }, null);
  return evaluator.force(final);
}

/** adios-flake takes one set where flake-parts takes two: its `modules` are imports. */
function adiosModules(evaluator: Evaluator, arg: Thunk): Thunk {
  return new Thunk(() => {
    const value = evaluator.force(arg);
    const modules = new Thunk(() => evaluator.select(value, 'modules'), arg.site);
    const flake = new Thunk(() => evaluator.select(value, 'flake'), arg.site);
    return attrs(
      new Map([
        ['imports', modules],
        ['flake', flake],
      ]),
      symbol(['unknown']),
    );
  }, arg.site);
}
