import type { UnitState } from './question.ts';

/** The blocks of `systemctl show`: `Property=Value` lines, an empty line between units, properties in any order. */
export function parseUnits(text: string): readonly UnitState[] {
  return text
    .split(/\n{2,}/)
    .map((block) => new Map(block.split('\n').map((line) => splitAt(line, '='))))
    .filter((unit) => unit.has('Id'))
    .map((unit) => ({
      id: unit.get('Id') ?? '',
      load: unit.get('LoadState') ?? '',
      active: unit.get('ActiveState') ?? '',
      sub: unit.get('SubState') ?? '',
      result: unit.get('Result') ?? '',
    }));
}

/** `machinectl list --no-legend`: the name comes first. */
export function parseMachines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((name) => name !== '');
}

function splitAt(line: string, sign: string): readonly [string, string] {
  const at = line.indexOf(sign);
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
