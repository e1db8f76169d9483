import { filesUnder } from '../../repository.ts';
import type { Evaluator } from '../evaluator.ts';
import { asList } from '../library/as-list.ts';
import { attrs, list, ready, symbol, type Site, type SystemValue, type Thunk, type Value } from '../values.ts';
import { pathValue } from './machines-in-folders.ts';

const flavours: Readonly<Record<string, SystemValue['flavour']>> = { nixos: 'nixos', home: 'home', darwin: 'darwin' };

interface Named {
  readonly name: string;
  readonly options: Value;
  readonly site: Site;
}

/**
 * denix (lib/configurations): all Nix files below `paths` are modules of every machine; `delib.host` among them names
 * the hosts, `delib.rice` the looks. There is a machine for each host, and one for each host in each look.
 */
export function denix(evaluator: Evaluator, arg: Thunk): Value {
  const options = evaluator.force(arg);
  const system = textOf(evaluator, options, 'moduleSystem') ?? 'nixos';
  const excluded = new Set(pathsOf(evaluator, options, 'exclude'));
  const files = pathsOf(evaluator, options, 'paths')
    .flatMap((path) => (evaluator.repository.folders.has(path) ? filesUnder(evaluator.repository, path) : [path]))
    .filter(
      (file) =>
        file.endsWith('.nix') && !excluded.has(file) && ![...excluded].some((each) => file.startsWith(`${each}/`)),
    );
  const hosts: Named[] = [];
  const rices: Named[] = [];
  for (const file of files) {
    const made = madeBy(evaluator, file);
    if (made?.what === 'host') hosts.push(made.named);
    if (made?.what === 'rice') rices.push(made.named);
  }
  const modules = [
    ...files.map((file) => ready(pathValue(file, file))),
    ready(evaluator.select(options, 'extensions')),
  ];
  const special = ready(evaluator.select(options, 'specialArgs'));
  const machine: Value = {
    kind: 'system',
    flavour: flavours[system] ?? 'other',
    args: attrs(
      new Map([
        ['modules', ready(list(modules))],
        ['specialArgs', special],
      ]),
    ),
  };
  // A rice may be spread over files, of which one says that it is for others to inherit.
  const inherited = new Set(
    rices.filter(({ options: rice }) => isTrue(evaluator.select(rice, 'inheritanceOnly'))).map(({ name }) => name),
  );
  const looks = [...new Set(rices.map(({ name }) => name))].filter((name) => !inherited.has(name));
  const user = textOf(evaluator, options, 'homeManagerUser');
  const slots = hosts.flatMap(({ name, options: host, site }) => {
    const owner = textOf(evaluator, host, 'homeManagerUser') ?? user ?? '';
    const full = system === 'home' ? `${owner}@${name}` : name;
    return [full, ...looks.map((rice) => `${full}-${rice}`)].map((each) => [each, ready(machine, site)] as const);
  });
  return attrs(new Map(slots));
}

function madeBy(evaluator: Evaluator, file: string): { readonly what: 'host' | 'rice'; readonly named: Named } | null {
  evaluator.note('files', file);
  const content = evaluator.file(file);
  let value = content === null ? null : evaluator.force(content);
  if (value?.kind === 'lambda')
    value = evaluator.apply(value, ready(attrs(new Map([['delib', ready(symbol(['delib']))]]), symbol(['denix']))));
  if (value?.kind !== 'symbol' || value.path.length !== 3 || value.path[0] !== 'delib') return null;
  const what = value.path[1];
  const given = value.parts[value.parts.length - 1];
  if ((what !== 'host' && what !== 'rice') || given === undefined) return null;
  const options = evaluator.force(given);
  const name = evaluator.select(options, 'name');
  return name.kind === 'string'
    ? { what, named: { name: name.text, options, site: name.site ?? { file, offset: 0 } } }
    : null;
}

function pathsOf(evaluator: Evaluator, options: Value, name: string): string[] {
  return asList(evaluator, ready(evaluator.select(options, name))).items.flatMap((item) => {
    const value = evaluator.force(item);
    return value.kind === 'path' ? [value.path] : [];
  });
}

function textOf(evaluator: Evaluator, from: Value, name: string): string | null {
  const value = evaluator.select(from, name);
  return value.kind === 'string' ? value.text : null;
}

function isTrue(value: Value): boolean {
  return value.kind === 'bool' && value.value === true;
}
