import { describe, expect, it } from 'vitest';
import { edited, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const rewrites = (option: string): string => `{
  services.adguardhome.settings = {
    ${option}.rewrites = [
      { domain = "anubis.fleet.lan"; answer = "10.0.0.1"; }
      {
        domain = "*.fleet.lan";
        answer = "anubis.fleet.lan";
        enabled = true;
      }
      { domain = "keep.fleet.lan"; answer = "A"; }
      { domain = "gw.fleet.lan"; answer = gateway; }
    ];
  };
}
`;
const text = rewrites('filtering');

describe("AdGuard Home's rewrites", () => {
  it.each(['filtering', 'dns'])('are read under settings.%s', (option) => {
    expect(recordsIn('adguardhome', rewrites(option))).toEqual([
      '4 anubis.fleet.lan. A 10.0.0.1',
      '5 *.fleet.lan. CNAME anubis.fleet.lan.',
    ]);
    expect(unreadableIn('adguardhome', rewrites(option))).toEqual(['11 the rewrite is computed']);
  });

  it.each([
    ['+ store.fleet.lan A 10.0.0.2', ['+      { domain = "store.fleet.lan"; answer = "10.0.0.2"; }']],
    [
      '+ www.fleet.lan CNAME anubis.fleet.lan',
      [
        '+      {',
        '+        domain = "www.fleet.lan";',
        '+        answer = "anubis.fleet.lan";',
        '+        enabled = true;',
        '+      }',
      ],
    ],
    [
      '- *.fleet.lan CNAME anubis.fleet.lan',
      [
        '-      {',
        '-        domain = "*.fleet.lan";',
        '-        answer = "anubis.fleet.lan";',
        '-        enabled = true;',
        '-      }',
      ],
    ],
    ['- anubis.fleet.lan A 10.0.0.1', ['-      { domain = "anubis.fleet.lan"; answer = "10.0.0.1"; }']],
    [
      '~ anubis.fleet.lan A 10.0.0.1 > 10.0.0.4',
      [
        '-      { domain = "anubis.fleet.lan"; answer = "10.0.0.1"; }',
        '+      { domain = "anubis.fleet.lan"; answer = "10.0.0.4"; }',
      ],
    ],
  ])('are changed as the whole rewrite that they are: %s', (said, lines) => {
    expect(edited('adguardhome', text, said)).toEqual(lines);
  });

  it.each([
    ['+ anubis.fleet.lan A 10.0.0.1', 'record-exists line 4'],
    ['- store.fleet.lan A 10.0.0.1', 'record-not-found line 4'],
    ['+ gw.fleet.lan A 10.0.0.1', 'zone-unreadable line 11'],
    ['+ a.fleet.lan TXT x', 'zone-unreadable line 4'],
  ])('refuse %s', (said, refusal) => {
    expect(edited('adguardhome', text, said)).toEqual([refusal]);
  });

  it('are changed once only, and begin in an empty list', () => {
    expect(twice('adguardhome', text, '+ store.fleet.lan A 10.0.0.2')).toBe('record-exists');
    const empty = '{ services.adguardhome.settings.dns.rewrites = [ ]; }';
    expect(edited('adguardhome', empty, '+ a.lan A 10.0.0.2')[1]).toBe(
      '+{ services.adguardhome.settings.dns.rewrites = [ { domain = "a.lan"; answer = "10.0.0.2"; } ]; }',
    );
  });
});
