import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { RecordChange } from '../../../src/dns/change.ts';
import { openHeld, type HeldDocument } from '../../../src/dns/holders.ts';
import { nixTextHolder } from '../../../src/dns/nix-text/nix-text-holder.ts';
import { planDnsChange } from '../../../src/dns/plan-change.ts';
import { changedLines } from '../changed-lines.ts';

const nsd = `{ config, ... }:
{
  services.nsd.zones = {
    "fleet.lan".data = ''
      $TTL 3600
      @ IN SOA ns1 hostmaster (
        2026112201 ; serial
        3600 900 604800 300 )
      @       IN NS  ns1
      ns1     IN A   10.0.0.1
      www     IN A   10.0.0.2
              IN TXT "it''\${s} ''' fine $$ \\$x"
      gw      IN A   \${config.gateway}
    '';
    "0.0.10.in-addr.arpa".data = ''
      @ IN SOA ns1.fleet.lan. hostmaster.fleet.lan. 7 3600 900 604800 300
      @ IN NS ns1.fleet.lan.
      1 IN PTR ns1.fleet.lan.
    '';
  };
}
`;
const open = (text: string, zone = 'fleet.lan'): HeldDocument => {
  const document = openHeld(text, { path: 'dns.nix', zone });
  if (document === null) throw new Error('no holder claims the file');
  return document;
};
const create = (owner: string, data: string, type = 'A', zone = 'fleet.lan.') => ({
  action: 'create' as const,
  zone,
  owner,
  type,
  ttl: null,
  data,
});
const edited = (text: string, change: RecordChange, zone = 'fleet.lan'): readonly string[] => {
  const next = open(text, zone).apply([change]);
  if (isRefusal(next)) return [next.code, String(next.facts['line'] ?? ''), String(next.facts['reason'] ?? '')];
  return changedLines(text, next.text);
};

describe('zone text in a Nix string', () => {
  it('is read with its escapes gone, at the lines of the Nix file', () => {
    const records = [...open(nsd).records()].map(({ owner, type, data, line, column }) => [
      owner,
      type,
      data,
      line,
      column,
    ]);
    expect(records).toEqual([
      ['fleet.lan.', 'SOA', 'ns1.fleet.lan. hostmaster.fleet.lan. 2026112201 3600 900 604800 300', 6, 7],
      ['fleet.lan.', 'NS', 'ns1.fleet.lan.', 9, 7],
      ['ns1.fleet.lan.', 'A', '10.0.0.1', 10, 7],
      ['www.fleet.lan.', 'A', '10.0.0.2', 11, 7],
      ['www.fleet.lan.', 'TXT', `"it\${s} '' fine $$ $x"`, 12, 18],
    ]);
  });

  it('lists a line that holds an interpolation as unreadable', () => {
    expect([...open(nsd).unreadable()]).toMatchObject([
      { line: 13, column: 7, message: 'the line holds an interpolation', computed: true },
    ]);
  });

  it('adds one line in the columns of its neighbours', () => {
    expect(edited(nsd, create('db.fleet.lan.', '10.0.0.9'))).toEqual(['+      db      IN A   10.0.0.9']);
  });

  it('changes only the line of an update', () => {
    const change = { ...create('www.fleet.lan.', '10.0.0.7'), action: 'update', before: '10.0.0.2' } as const;
    expect(edited(nsd, change)).toEqual(['-      www     IN A   10.0.0.2', '+      www     IN A   10.0.0.7']);
  });

  it('hands a blank owner line its owner and keeps its escapes', () => {
    const change = { ...create('www.fleet.lan.', '10.0.0.2'), action: 'delete' } as const;
    expect(edited(nsd, change)).toEqual([
      '-      www     IN A   10.0.0.2',
      `-              IN TXT "it''\${s} ''' fine $$ \\$x"`,
      `+      www     IN TXT "it''\${s} ''' fine $$ \\$x"`,
    ]);
  });

  it('refuses to touch a name whose line holds an interpolation, and says where', () => {
    expect(edited(nsd, create('gw.fleet.lan.', '10.0.0.9'))).toEqual([
      'zone-unreadable',
      '13',
      '"${…}" is not an IPv4 address',
    ]);
  });

  it('keeps several zones of one file apart', () => {
    const change = create('9.0.0.10.in-addr.arpa.', 'db.fleet.lan.', 'PTR', '0.0.10.in-addr.arpa.');
    expect(edited(nsd, change, '0.0.10.in-addr.arpa')).toEqual(['+      9 IN PTR db.fleet.lan.']);
  });

  it('changes two zones of one file in one plan, with a serial each', () => {
    const zones = ['fleet.lan', '0.0.10.in-addr.arpa'].map((zone) => ({ zone, file: 'dns.nix' }));
    const files = new Map([['dns.nix', nsd]]);
    const planned = planDnsChange({ zones, files }, [create('db.fleet.lan.', '10.0.0.9')], Date.UTC(2026, 10, 22));
    if (isRefusal(planned)) throw new Error(planned.code);
    const [edit] = planned.edits;
    expect(changedLines(nsd, edit?.after ?? '')).toEqual([
      '-        2026112201 ; serial',
      '+        2026112202 ; serial',
      '+      db      IN A   10.0.0.9',
      '-      @ IN SOA ns1.fleet.lan. hostmaster.fleet.lan. 7 3600 900 604800 300',
      '+      @ IN SOA ns1.fleet.lan. hostmaster.fleet.lan. 8 3600 900 604800 300',
      '+      9 IN PTR db.fleet.lan.',
    ]);
  });

  it('writes between plain quotes with the escapes of plain quotes', () => {
    const text = `{ zone = pkgs.writeText "fleet.lan.zone" "@ IN SOA ns1 h 3 1 1 1 1\\n@ IN NS ns1\\nns1 IN A 10.0.0.1\\n"; }\n`;
    expect(edited(text, create('a.fleet.lan.', '"x ${y}" "q\\"q"', 'TXT'))).toEqual([
      `-${text.trimEnd()}`,
      `+${text.trimEnd().replace('10.0.0.1\\n', '10.0.0.1\\na IN TXT \\"x \\${y}\\" \\"q\\\\\\"q\\"\\n')}`,
    ]);
  });

  it('escapes what an indented string would read otherwise', () => {
    for (const data of ['"${x}"', `"a''b"`, `"'"`, `"''\${x}''\\\\n"`, '"$${x}"', `"'\${x}"`]) {
      const next = open(nsd).apply([create('esc.fleet.lan.', data, 'TXT')]);
      if (isRefusal(next)) throw new Error(JSON.stringify(next));
      expect([...next.records()].find(({ owner }) => owner === 'esc.fleet.lan.')?.data).toBe(data);
      expect(changedLines(nsd, next.text)).toHaveLength(1);
    }
  });

  it('applies a change once only', () => {
    const change = create('db.fleet.lan.', '10.0.0.9');
    const once = open(nsd).apply([change]);
    const twice = isRefusal(once) ? once : once.apply([change]);
    expect(isRefusal(twice) && [twice.code, twice.facts['line']]).toEqual(['record-exists', 13]);
  });

  it('refuses where two strings may hold the zone, and names both', () => {
    const soa = `''\n  @ IN SOA a b 1 1 1 1 1\n  @ IN NS a\n''`;
    const text = `{ one = f ${soa};\n two = f ${soa}; }\n`;
    expect(edited(text, create('db.fleet.lan.', '10.0.0.9'))).toEqual([
      'zone-unreadable',
      '1',
      'several strings may hold the zone fleet.lan.',
    ]);
  });

  it('never takes the text of another zone for the one that was asked for', () => {
    const other = nsd.replaceAll('"fleet.lan"', '"other.lan"').replace('0.0.10.in-addr.arpa', '1.0.10.in-addr.arpa');
    expect(edited(other, create('db.fleet.lan.', '10.0.0.9'))).toEqual([
      'zone-unreadable',
      '1',
      'no string holds the zone fleet.lan.',
    ]);
  });

  it.each([
    ['a Nix file without a zone', 'a.nix', '{ a = "SOA = x"; }'],
    ['prose', 'README.md', '@ IN SOA a b 1 1 1 1 1'],
    ['a file that is no Nix', 'a.nix', "{ a = ''\n@ IN SOA a b 1 1 1 1 1\n''; "],
  ])('does not claim %s', (_what, path, text) => {
    expect(nixTextHolder.claims(path, text)).toBe(false);
  });
});
