import fc from 'fast-check';

/** Zones as people write them: any mix of styles, and valid for BIND. */
export interface MadeZone {
  readonly text: string;
  readonly hosts: readonly string[];
}

interface Style {
  readonly gap: string;
  readonly printClass: boolean;
  readonly ttlOnLines: boolean;
  readonly defaultTtl: boolean;
  readonly blankOwners: boolean;
  readonly absolute: boolean;
  readonly column: number;
  readonly lineEnd: string;
  readonly lastLineEnd: boolean;
  readonly comments: boolean;
  readonly subOrigin: boolean;
  readonly soa: number;
}

const style: fc.Arbitrary<Style> = fc.record({
  gap: fc.constantFrom(' ', '\t', '  ', '\t\t'),
  printClass: fc.boolean(),
  ttlOnLines: fc.boolean(),
  defaultTtl: fc.boolean(),
  blankOwners: fc.boolean(),
  absolute: fc.boolean(),
  column: fc.constantFrom(0, 12, 24),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  lastLineEnd: fc.boolean(),
  comments: fc.boolean(),
  subOrigin: fc.boolean(),
  soa: fc.nat(2),
});

const hostName = fc.constantFrom(
  'griffin',
  'wolfhound',
  'blackjack',
  'anubis',
  'a',
  'mx',
  'in',
  '300',
  '1h',
  'web-01',
  'web-2',
  'x',
  '_srv',
  '*',
);

interface MadeHost {
  readonly name: string;
  readonly records: readonly (readonly [string, string])[];
}

const data: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constant('A'),
    fc.nat(250).map((n) => `192.0.2.${n + 1}`),
  ),
  fc.tuple(
    fc.constant('AAAA'),
    fc.nat(250).map((n) => `2001:db8::${(n + 1).toString(16)}`),
  ),
  fc.tuple(
    fc.constant('TXT'),
    fc.constantFrom('"v=spf1 -all; x"', 'plain', '"a" "b"', '( "over"\n   "lines" ) ; said'),
  ),
  fc.tuple(fc.constant('MX'), fc.constantFrom('10 ns1', '20 ns1.example.org.')),
  fc.tuple(fc.constant('CAA'), fc.constantFrom('0 issue "ca.example"', '0 issuewild ";"')),
);

const host: fc.Arbitrary<MadeHost> = fc.record({
  name: hostName,
  records: fc.oneof(
    fc.uniqueArray(data, { minLength: 1, maxLength: 4, selector: ([type, value]) => `${type} ${value}` }),
    fc.constantFrom('ns1', 'ns1.example.org.').map((target): [string, string][] => [['CNAME', target]]),
  ),
});

const zone = 'example.org.';

function lineOf(how: Style, owner: string | null, type: string, value: string): string {
  const name =
    owner === null ? '' : how.absolute && !owner.endsWith('.') ? (owner === '@' ? zone : `${owner}.${zone}`) : owner;
  const first = how.column > 0 ? name.padEnd(how.column) : name;
  const fields = [...(how.ttlOnLines ? ['300'] : []), ...(how.printClass ? ['IN'] : []), type, value];
  return (
    (first.length > name.length ? first + fields.join(how.gap) : [first, ...fields].join(how.gap)) +
    (how.comments && !value.includes('\n') ? ' ; a note' : '')
  );
}

function render(how: Style, hosts: readonly MadeHost[]): string {
  const soa =
    [
      'ns1 hostmaster 2026112201 7200 3600 1209600 300',
      'ns1 hostmaster (\n  2026112201 ; serial\n  7200 3600 1209600 300 )',
      'ns1 hostmaster ( 2026112201 7200\n 1h 2w 300 )',
    ][how.soa] ?? '';
  const lines = [...(how.defaultTtl ? ['$TTL 3600'] : []), `@ ${how.defaultTtl ? '' : '300 '}IN SOA ${soa}`];
  lines.push(
    lineOf(how, how.blankOwners ? null : '@', 'NS', how.absolute ? 'ns1.example.org.' : 'ns1'),
    lineOf(how, 'ns1', 'A', '192.0.2.254'),
  );
  if (how.comments) lines.push('', '; hosts', '');
  for (const [at, one] of hosts.entries()) {
    if (how.subOrigin && at === Math.floor(hosts.length / 2) && at > 0 && !how.absolute)
      lines.push('$ORIGIN sub.example.org.');
    for (const [index, [type, value]] of one.records.entries()) {
      lines.push(lineOf(how, index > 0 && how.blankOwners ? null : one.name, type, value));
    }
  }
  return lines.join(how.lineEnd).replaceAll(/(?<!\r)\n/g, how.lineEnd) + (how.lastLineEnd ? how.lineEnd : '');
}

export const madeZone: fc.Arbitrary<MadeZone> = fc
  .tuple(style, fc.uniqueArray(host, { minLength: 0, maxLength: 8, selector: (one) => one.name }))
  .map(([how, hosts]) => ({ text: render(how, hosts), hosts: hosts.map((one) => one.name) }));
