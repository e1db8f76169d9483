import { describe, expect, it } from 'vitest';
import { edited, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `{
  services.dnsmasq = {
    settings = {
      local = "/fleet.lan/";
      address = [ "/.apps.fleet.lan/10.0.0.1" "/ads.example/" "/\${domain}/10.0.0.9" ];
      host-record = [
        "anubis.fleet.lan,10.0.0.1,fd00::1"
        "store.fleet.lan,files.fleet.lan,10.0.0.2"
        "solo.fleet.lan, 10.0.0.3, 300"
      ];
      cname = "www.fleet.lan,anubis.fleet.lan";
    };
    extraConfig = ''
      domain-needed
      address=/old.fleet.lan/10.0.0.8
      cname=a.fleet.lan,b.fleet.lan,anubis.fleet.lan,60
    '';
  };
}
`;

describe("dnsmasq's names", () => {
  it('are read from its options and from the lines of extraConfig', () => {
    expect(recordsIn('dnsmasq', text)).toEqual([
      '5 apps.fleet.lan. A 10.0.0.1',
      '7 anubis.fleet.lan. A 10.0.0.1',
      '7 anubis.fleet.lan. AAAA fd00::1',
      '8 store.fleet.lan. A 10.0.0.2',
      '8 files.fleet.lan. A 10.0.0.2',
      '9 solo.fleet.lan. 300 A 10.0.0.3',
      '11 www.fleet.lan. CNAME anubis.fleet.lan.',
      '15 old.fleet.lan. A 10.0.0.8',
      '16 a.fleet.lan. 60 CNAME anubis.fleet.lan.',
      '16 b.fleet.lan. 60 CNAME anubis.fleet.lan.',
    ]);
    expect(unreadableIn('dnsmasq', text)).toEqual(['5 an interpolation says a part of this']);
  });

  it.each([
    [
      '+ solo.fleet.lan AAAA fd00::3',
      ['-        "solo.fleet.lan, 10.0.0.3, 300"', '+        "solo.fleet.lan, 10.0.0.3, fd00::3, 300"'],
    ],
    [
      '- store.fleet.lan A 10.0.0.2',
      ['-        "store.fleet.lan,files.fleet.lan,10.0.0.2"', '+        "files.fleet.lan,10.0.0.2"'],
    ],
    [
      '- anubis.fleet.lan AAAA fd00::1',
      ['-        "anubis.fleet.lan,10.0.0.1,fd00::1"', '+        "anubis.fleet.lan,10.0.0.1"'],
    ],
    [
      '~ solo.fleet.lan A 10.0.0.3 > 10.0.0.4',
      ['-        "solo.fleet.lan, 10.0.0.3, 300"', '+        "solo.fleet.lan, 10.0.0.4, 300"'],
    ],
    ['- solo.fleet.lan A 10.0.0.3', ['-        "solo.fleet.lan, 10.0.0.3, 300"']],
    ['- old.fleet.lan A 10.0.0.8', ['-      address=/old.fleet.lan/10.0.0.8']],
    ['+ new.fleet.lan A 10.0.0.8', ['+      address=/new.fleet.lan/10.0.0.8']],
    ['+ new.fleet.lan CNAME anubis.fleet.lan', ['+      cname=new.fleet.lan,anubis.fleet.lan']],
    [
      '~ www.fleet.lan CNAME anubis.fleet.lan > store.fleet.lan',
      ['-      cname = "www.fleet.lan,anubis.fleet.lan";', '+      cname = "www.fleet.lan,store.fleet.lan";'],
    ],
    [
      '- www.fleet.lan CNAME anubis.fleet.lan',
      ['-      cname = "www.fleet.lan,anubis.fleet.lan";', '+      cname = [ ];'],
    ],
    [
      '- a.fleet.lan CNAME anubis.fleet.lan',
      ['-      cname=a.fleet.lan,b.fleet.lan,anubis.fleet.lan,60', '+      cname=b.fleet.lan,anubis.fleet.lan,60'],
    ],
    [
      '- apps.fleet.lan A 10.0.0.1',
      [
        '-      address = [ "/.apps.fleet.lan/10.0.0.1" "/ads.example/" "/${domain}/10.0.0.9" ];',
        '+      address = [ "/ads.example/" "/${domain}/10.0.0.9" ];',
      ],
    ],
  ])('are changed on their own line only: %s', (said, lines) => {
    expect(edited('dnsmasq', text, said)).toEqual(lines);
  });

  it.each([
    ['+ anubis.fleet.lan A 10.0.0.1', 'record-exists line 7'],
    ['+ www.fleet.lan A 10.0.0.1', 'record-conflict line 11'],
    ['- anubis.fleet.lan A 10.0.0.7', 'record-not-found line 7'],
    ['+ a.fleet.lan TXT hello', 'record-conflict line 16'],
    ['+ txt.fleet.lan TXT hello', 'zone-unreadable line 5'],
  ])('refuse %s', (said, refusal) => {
    expect(edited('dnsmasq', text, said)).toEqual([refusal]);
  });

  it('become a list where one string stood alone', () => {
    const one = `{ services.dnsmasq.settings.cname = "a.lan,b.lan"; }\n`;
    expect(edited('dnsmasq', one, '+ c.lan CNAME b.lan')).toEqual([
      '-{ services.dnsmasq.settings.cname = "a.lan,b.lan"; }',
      '+{ services.dnsmasq.settings.cname = [ "a.lan,b.lan" "c.lan,b.lan" ]; }',
    ]);
  });

  it('are changed once only', () => {
    expect(twice('dnsmasq', text, '+ solo.fleet.lan AAAA fd00::3')).toBe('record-exists');
    expect(twice('dnsmasq', text, '- www.fleet.lan CNAME anubis.fleet.lan')).toBe('record-not-found');
  });
});
