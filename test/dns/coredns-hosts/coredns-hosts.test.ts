import { describe, expect, it } from 'vitest';
import { edited, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `{
  services.coredns = {
    enable = true;
    config = ''
      # hosts {
      . {
        bind 10.0.0.1
        hosts {
          10.0.0.1 anubis.fleet.lan
          10.0.0.2 store.fleet.lan files.fleet.lan
          \${gateway} gw.fleet.lan
          ttl 60
          fallthrough
        }
        forward . 9.9.9.9
      }
      other.lan {
        hosts /etc/hosts
        10.0.0.7 nowhere.lan
      }
    '';
  };
}
`;

describe("the names of coredns' hosts blocks", () => {
  it('are read inside the braces only', () => {
    expect(recordsIn('coredns-hosts', text)).toEqual([
      '9 anubis.fleet.lan. A 10.0.0.1',
      '10 store.fleet.lan. A 10.0.0.2',
      '10 files.fleet.lan. A 10.0.0.2',
    ]);
    expect(unreadableIn('coredns-hosts', text)).toEqual(['11 an interpolation says a part of this']);
  });

  it.each([
    ['+ www.fleet.lan A 10.0.0.9', ['+          10.0.0.9 www.fleet.lan']],
    ['+ www.fleet.lan AAAA fd00::1', ['+          fd00::1 www.fleet.lan']],
    ['- anubis.fleet.lan A 10.0.0.1', ['-          10.0.0.1 anubis.fleet.lan']],
    [
      '- files.fleet.lan A 10.0.0.2',
      ['-          10.0.0.2 store.fleet.lan files.fleet.lan', '+          10.0.0.2 store.fleet.lan'],
    ],
    [
      '~ anubis.fleet.lan A 10.0.0.1 > 10.0.0.3',
      ['-          10.0.0.1 anubis.fleet.lan', '+          10.0.0.3 anubis.fleet.lan'],
    ],
  ])('are changed on their own line only: %s', (said, lines) => {
    expect(edited('coredns-hosts', text, said)).toEqual(lines);
  });

  it.each([
    ['+ anubis.fleet.lan A 10.0.0.1', 'record-exists line 9'],
    ['- nowhere.lan A 10.0.0.7', 'record-not-found line 9'],
    ['+ gw.fleet.lan A 10.0.0.1', 'zone-unreadable line 11'],
    ['+ www.fleet.lan CNAME anubis.fleet.lan', 'zone-unreadable line 9'],
  ])('refuse %s', (said, refusal) => {
    expect(edited('coredns-hosts', text, said)).toEqual([refusal]);
  });

  it('are changed once only', () => {
    expect(twice('coredns-hosts', text, '+ www.fleet.lan A 10.0.0.9')).toBe('record-exists');
  });
});
