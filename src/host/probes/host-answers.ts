import { Buffer } from 'node:buffer';
import type { Socket, UnitState } from './question.ts';

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
      type: unit.get('Type') ?? '',
      wantedBy: ['WantedBy', 'RequiredBy', 'UpheldBy'].flatMap((property) => wordsOf(unit.get(property))),
      triggeredBy: wordsOf(unit.get('TriggeredBy')),
      // A unit that was never tried says `no` too.
      conditionHeld:
        (unit.get('ConditionTimestampMonotonic') ?? '0') === '0' ? null : unit.get('ConditionResult') === 'yes',
    }));
}

/** `machinectl list --no-legend`, `systemctl list-units --plain --no-legend`: the name comes first. */
export function firstWords(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((name) => name !== '');
}

/**
 * `ss -Hlntu`: protocol, state, two queues, the local address with its port. An address of a link has `%eth0` behind
 * it, and `*` or nothing but zeroes is every address.
 */
export function parseSockets(text: string): readonly Socket[] {
  return text.split('\n').flatMap((line): readonly Socket[] => {
    const [protocol, , , , local = ''] = line.trim().split(/\s+/);
    const { address, port } = /^(?<address>.*):(?<port>\d{1,5})$/.exec(local)?.groups ?? {};
    if ((protocol !== 'tcp' && protocol !== 'udp') || address === undefined || port === undefined) return [];
    const plain = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
    return [{ protocol, address: ['*', '0.0.0.0', '::', ''].includes(plain) ? null : plain, port: Number(port) }];
  });
}

/** What a check of the host said, and how it ended; null where that is no answer. */
export function parseScript(text: string): { readonly code: number | null; readonly said: string } | null {
  if (text === 'missing\n') return { code: null, said: '' };
  const { said, code } = /^(?<said>[A-Za-z0-9+/]*={0,2}):(?<code>\d{1,3})\n$/.exec(text)?.groups ?? {};
  if (said === undefined || code === undefined) return null;
  return { code: Number(code), said: Buffer.from(said, 'base64').toString('utf8') };
}

function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

function splitAt(line: string, sign: string): readonly [string, string] {
  const at = line.indexOf(sign);
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
