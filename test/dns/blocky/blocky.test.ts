import { describe, expect, it } from 'vitest';
import { edited, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `{
  services.blocky.settings = {
    customDNS = {
      customTTL = "1h";
      mapping = {
        "anubis.fleet.lan" = "10.0.0.1";
        "store.fleet.lan"  = "10.0.0.2,fd00::2"; # both
        "vip.fleet.lan" = vip;
        \${domain} = "10.0.0.9";
      };
    };
    conditional.mapping."other.lan" = "10.0.0.1";
  };
}
`;

describe("blocky's customDNS.mapping", () => {
  it('is read with every address, and not the mapping of another option', () => {
    expect(recordsIn('blocky', text)).toEqual([
      '6 anubis.fleet.lan. A 10.0.0.1',
      '7 store.fleet.lan. A 10.0.0.2',
      '7 store.fleet.lan. AAAA fd00::2',
    ]);
    expect(unreadableIn('blocky', text)).toEqual(['8 the address is not written', '9 the name is computed']);
  });

  it.each([
    ['+ www.fleet.lan A 10.0.0.9', ['+        "www.fleet.lan"    = "10.0.0.9";']],
    [
      '+ anubis.fleet.lan AAAA fd00::1',
      ['-        "anubis.fleet.lan" = "10.0.0.1";', '+        "anubis.fleet.lan" = "10.0.0.1,fd00::1";'],
    ],
    [
      '- store.fleet.lan AAAA fd00::2',
      ['-        "store.fleet.lan"  = "10.0.0.2,fd00::2"; # both', '+        "store.fleet.lan"  = "10.0.0.2"; # both'],
    ],
    ['- anubis.fleet.lan A 10.0.0.1', ['-        "anubis.fleet.lan" = "10.0.0.1";']],
    [
      '~ anubis.fleet.lan A 10.0.0.1 > 10.0.0.5',
      ['-        "anubis.fleet.lan" = "10.0.0.1";', '+        "anubis.fleet.lan" = "10.0.0.5";'],
    ],
  ])('is changed on its own line only: %s', (said, lines) => {
    expect(edited('blocky', text, said)).toEqual(lines);
  });

  it.each([
    ['+ anubis.fleet.lan A 10.0.0.1', 'record-exists line 6'],
    ['- other.lan A 10.0.0.1', 'record-not-found line 6'],
    ['+ vip.fleet.lan A 10.0.0.1', 'zone-unreadable line 8'],
    ['+ www.fleet.lan CNAME anubis.fleet.lan', 'zone-unreadable line 6'],
  ])('refuses %s', (said, refusal) => {
    expect(edited('blocky', text, said)).toEqual([refusal]);
  });

  it('is changed once only, and begins in an empty set', () => {
    expect(twice('blocky', text, '- store.fleet.lan AAAA fd00::2')).toBe('record-not-found');
    expect(edited('blocky', '{ s.customDNS.mapping = { }; }', '+ a.lan A 10.0.0.2')[1]).toBe(
      '+{ s.customDNS.mapping = { "a.lan" = "10.0.0.2"; }; }',
    );
  });
});
