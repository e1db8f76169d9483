import { expect, test } from 'vitest';
import type { ZoneBundle, ZoneCompiler } from '../../src/dns/zone-compiler.ts';
import type { ServerProgram } from '../../src/dns/server-programs.ts';
import { zoneVerdicts } from '../../src/jobs/zone-verdicts.ts';

const zone = (more: string) => `$TTL 300\n@ IN SOA ns1 h 7 1 1 1 1\n@ NS ns1\nns1 A 10.0.0.1\n${more}`;
const diffOf = (before: string | null, after: string, programs: readonly ServerProgram[]) => ({
  files: [],
  zones: [{ zone: 'fleet.lan', file: 'z' }],
  zoneTexts: {
    before: new Map(before === null ? [] : [['z', before]]),
    after: new Map([['z', after]]),
    current: new Map<string, string>(),
  },
  facts: { before: [], after: [], programs },
  now: 0,
});
/** Programs that refuse what holds their own name. */
const compiler = (absent: readonly string[] = []): ZoneCompiler => {
  const says = (program: string, bundle: ZoneBundle) =>
    [...bundle.files.values()].join('').includes(`; not for ${program}`) ? `${program} says no` : null;
  return {
    compile: async (_zone, bundle) => {
      const reason = says('named', bundle);
      return reason === null ? { kind: 'compiled', text: '' } : { kind: 'refused', reason };
    },
    check: async (program, _zone, bundle) => {
      if (absent.includes(program)) return { kind: 'absent' };
      const reason = says(program, bundle);
      return reason === null ? { kind: 'accepted' } : { kind: 'refused', reason };
    },
  };
};
const bad = (...programs: string[]) => zone(programs.map((program) => `; not for ${program}\n`).join(''));
const good = zone('');
const levels = async (diff: ReturnType<typeof diffOf>, absent: readonly string[] = []) =>
  (await zoneVerdicts(compiler(absent), diff)).map(({ level, message }) => `${level} ${message.split(' ')[0]}`);

test.each<readonly [string, string | null, string, readonly ServerProgram[], readonly string[], readonly string[]]>([
  ['nobody refuses', good, zone('a A 10.0.0.2\n'), ['nsd-checkzone'], [], []],
  ['the fleet’s own server refuses', good, bad('nsd-checkzone'), ['nsd-checkzone'], [], ['error nsd-checkzone']],
  ['only BIND refuses', good, bad('named'), ['nsd-checkzone'], [], ['warning named-compilezone']],
  ['BIND alone is asked', good, bad('named'), [], [], ['error named-compilezone']],
  ['the own one is not there', good, bad('named'), ['kzonecheck'], ['kzonecheck'], ['error named-compilezone']],
  ['it was refused before', bad('named'), bad('named', 'x'), [], [], []],
  ['a new zone is refused', null, bad('named'), [], [], ['error named-compilezone']],
])('a zone of which %s', async (...row) => {
  const [, before, after, programs, absent, found] = row;
  expect(await levels(diffOf(before, after, programs), absent)).toEqual(found);
});
