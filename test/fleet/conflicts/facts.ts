import type { Fact, FactKind } from '../../../src/fleet/fact.ts';

/**
 * Facts as a table: `kind host[/guest] name = value @ file:line`. A host of `-` is none; a place that is left out is
 * one of its own.
 */
export function factsFrom(table: string): readonly Fact[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line, index) => {
      const found = /^(\S+) (\S+) (.+?) = (\S+)(?: @ (\S+):(\d+))?$/.exec(line);
      if (found === null) throw new Error(`no fact: ${line}`);
      const [, kind = '', thing = '', name = '', value = '', file, number] = found;
      const [host = '', guest] = thing.split('/');
      return {
        kind: kind as FactKind,
        host: host === '-' ? null : host,
        ...(guest === undefined ? {} : { guest }),
        name,
        value,
        file: file ?? `hosts/${host}.nix`,
        line: number === undefined ? index + 1 : Number(number),
      };
    });
}
