import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { Difference } from './machine.ts';

/** As many of each kind as a person reads; the rest is counted. */
const most = 60;

/**
 * Reads the answer of `fleetwright-compare`, or returns null where it is not a whole one:
 *
 *     closure BASE64                   `nix store diff-closures`; `-` where it cannot be asked or nothing differs
 *     reboot PART                      any number
 *     interface changed                only then
 *     inhibitors-old|inhibitors-new BASE64    where both systems have them
 *     unit added|removed|restarted|reloaded|kept NAME    any number
 *     end
 */
export function parseCompare(text: string): Difference | null {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== 'end') return null;
  const words = lines.map((line) => /^(?<word>[a-z-]+) (?<value>\S+)(?: (?<name>\S+))?$/.exec(line)?.groups ?? null);
  if (words.includes(null)) return null;
  const found = words.filter((one) => one !== null);
  const valueOf = (word: string) => found.find((one) => one['word'] === word)?.['value'];
  const closure = valueOf('closure');
  if (closure === undefined) return null;
  const units = found.filter((one) => one['word'] === 'unit');
  const named = (fate: string) => [
    ...new Set(units.flatMap((one) => (one['value'] === fate && one['name'] !== undefined ? [one['name']] : []))),
  ];
  return {
    packages: packagesOf(closure === '-' ? '' : decoded(closure)),
    units: {
      added: bounded(named('added')),
      removed: bounded(named('removed')),
      restarted: bounded(named('restarted')),
      reloaded: bounded(named('reloaded')),
      kept: bounded(named('kept')),
    },
    rebootFor: found.flatMap((one) => (one['word'] === 'reboot' ? [one['value'] ?? ''] : [])),
    initInterface: valueOf('interface') !== undefined,
    inhibitors: inhibitorsThatDiffer(decoded(valueOf('inhibitors-old')), decoded(valueOf('inhibitors-new'))),
  };
}

/** The inverse, for hosts that are played: a difference with the versions of packages as given. */
export function printCompare(lines: readonly string[], closure = ''): string {
  const encoded = closure === '' ? '-' : Buffer.from(closure, 'utf8').toString('base64');
  return [`closure ${encoded}`, ...lines, 'end', ''].join('\n');
}

function decoded(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}

function bounded(names: readonly string[]): { readonly names: readonly string[]; readonly more: number } {
  return { names: names.slice(0, most), more: Math.max(0, names.length - most) };
}

/**
 * `name: 1.0 → 1.1, +3.2 KiB`, with `∅` for a package that is not there and `ε` for a version that has no words; a
 * line without an arrow is one whose size alone changed, which nobody asked for. Colours come even into a pipe.
 */
function packagesOf(text: string): Difference['packages'] {
  // oxlint-disable-next-line no-control-regex -- the escape character is what colours begin with
  const lines = text.replaceAll(/\u001B\[[0-9;]*m/g, '').split('\n');
  const changes = lines.flatMap((line) => {
    const { name, before, after } =
      /^(?<name>[^:\s]+): (?<before>.+?) → (?<after>[^→]+?)(?:, [+-][0-9.]+ \S+)?$/.exec(line)?.groups ?? {};
    return name === undefined || before === undefined || after === undefined ? [] : [{ name, before, after }];
  });
  const shown = changes.map(({ name, before, after }) => ({
    kind: before === '∅' ? 'added' : after === '∅' ? 'removed' : 'changed',
    words: before === '∅' ? `${name} ${after}` : after === '∅' ? `${name} ${before}` : `${name} ${before} → ${after}`,
  }));
  const of = (kind: string) => bounded(shown.flatMap((one) => (one.kind === kind ? [one.words.slice(0, 160)] : [])));
  return { added: of('added'), removed: of('removed'), changed: of('changed') };
}

const inhibitors = z.record(z.string(), z.string());

/** nixpkgs compares what both systems name; one that only one of them knows does not hold a switch up. */
function inhibitorsThatDiffer(before: string, after: string): readonly string[] {
  const [old, fresh] = [before, after].map((text) => inhibitors.safeParse(jsonOf(text)));
  if (old?.success !== true || fresh?.success !== true) return before === after ? [] : ['switch-inhibitors'];
  return Object.keys(fresh.data).filter((name) => Object.hasOwn(old.data, name) && old.data[name] !== fresh.data[name]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
