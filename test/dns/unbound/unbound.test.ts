import { describe, expect, it } from 'vitest';
import { edited, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `{
  services.unbound.settings.server = {
    local-zone = [ ''"fleet.lan." transparent'' ];
    local-data = [
      ''"anubis.fleet.lan. IN A 10.0.0.1"''
      # ''"old.fleet.lan. IN A 10.0.0.1"''
      ''"store.fleet.lan. 600 IN A 10.0.0.2"'' # backups
      "\\"plain.fleet.lan. IN AAAA fd00::3\\""
      "'quoted.fleet.lan. IN TXT \\"a b\\"'"
      "\\"gw.fleet.lan. IN A \${gateway}\\""
      "\\"broken.fleet.lan. IN A nowhere\\""
    ] ++ map (name: "\\"\${name}. A 10.0.0.1\\"") names;
  };
}
`;
const parallel = `{
  services.unbound.settings.server = {
    local-zone = [
      ''"vault.fleet.lan" redirect''
      ''"git.fleet.lan" redirect''
    ];
    local-data = [
      ''"vault.fleet.lan A 192.0.2.1"''
      ''"git.fleet.lan A 192.0.2.1"''
    ];
  };
}
`;

describe("unbound's local-data", () => {
  it('is read in every kind of quotes', () => {
    expect(recordsIn('unbound', text)).toEqual([
      '5 anubis.fleet.lan. A 10.0.0.1',
      '7 store.fleet.lan. 600 A 10.0.0.2',
      '8 plain.fleet.lan. AAAA fd00::3',
      '9 quoted.fleet.lan. TXT "a b"',
    ]);
  });

  it('is listed where it is computed or wrong', () => {
    expect(unreadableIn('unbound', text)).toEqual([
      '10 an interpolation says a part of this',
      '11 "nowhere" is not an IPv4 address',
      '12 the value is computed',
    ]);
  });

  it.each([
    ['+ www.fleet.lan A 10.0.0.9', [`+      ''"www.fleet.lan. 600 IN A 10.0.0.9"''`]],
    ['+ anubis.fleet.lan AAAA fd00::1', [`+      ''"anubis.fleet.lan. IN AAAA fd00::1"''`]],
    ['+ plain.fleet.lan TXT "x ${y}"', ['+      "\'plain.fleet.lan. IN TXT \\"x \\${y}\\"\'"']],
    ['+ plain.fleet.lan MX 10 anubis.fleet.lan', ['+      "\\"plain.fleet.lan. IN MX 10 anubis.fleet.lan.\\""']],
    ['- store.fleet.lan A 10.0.0.2', [`-      ''"store.fleet.lan. 600 IN A 10.0.0.2"'' # backups`]],
    [
      '~ store.fleet.lan A 10.0.0.2 > 10.0.0.7',
      [
        `-      ''"store.fleet.lan. 600 IN A 10.0.0.2"'' # backups`,
        `+      ''"store.fleet.lan. 600 IN A 10.0.0.7"'' # backups`,
      ],
    ],
    [
      '~ plain.fleet.lan AAAA fd00::3 > fd00::4',
      ['-      "\\"plain.fleet.lan. IN AAAA fd00::3\\""', '+      "\\"plain.fleet.lan. IN AAAA fd00::4\\""'],
    ],
  ])('is changed on its own line only: %s', (said, lines) => {
    expect(edited('unbound', text, said)).toEqual(lines);
  });

  it.each([
    ['+ anubis.fleet.lan A 10.0.0.1', 'record-exists line 5'],
    ['+ anubis.fleet.lan CNAME store.fleet.lan', 'record-conflict line 5'],
    ['- anubis.fleet.lan A 10.0.0.2', 'record-not-found line 5'],
    ['+ gw.fleet.lan A 10.0.0.2', 'zone-unreadable line 10'],
    ['- broken.fleet.lan A 10.0.0.2', 'zone-unreadable line 11'],
    [`+ q.fleet.lan TXT "it's"`, 'zone-unreadable line 5'],
  ])('refuses %s', (said, refusal) => {
    expect(edited('unbound', text, said)).toEqual([refusal]);
  });

  it('brings a new name its local-zone where every name has one', () => {
    expect(edited('unbound', parallel, '+ db.fleet.lan A 192.0.2.1')).toEqual([
      `+      ''"db.fleet.lan" redirect''`,
      `+      ''"db.fleet.lan A 192.0.2.1"''`,
    ]);
  });

  it('takes the local-zone along with a name that goes, and leaves it while the name has records', () => {
    expect(edited('unbound', parallel, '- git.fleet.lan A 192.0.2.1')).toEqual([
      `-      ''"git.fleet.lan" redirect''`,
      `-      ''"git.fleet.lan A 192.0.2.1"''`,
    ]);
    expect(edited('unbound', parallel, '+ git.fleet.lan AAAA fd00::1')).toEqual([
      `+      ''"git.fleet.lan AAAA fd00::1"''`,
    ]);
  });

  it('is changed once only', () => {
    expect(twice('unbound', parallel, '+ db.fleet.lan A 192.0.2.1')).toBe('record-exists');
    expect(twice('unbound', parallel, '- git.fleet.lan A 192.0.2.1')).toBe('record-not-found');
  });

  it('is found in lines of extraConfig', () => {
    const old = `{ services.unbound.extraConfig = ''\n  server:\n    local-zone: "lan." static\n    local-data: "a.lan. A 10.0.0.1"\n''; }\n`;
    expect(recordsIn('unbound', old)).toEqual(['4 a.lan. A 10.0.0.1']);
    expect(edited('unbound', old, '+ b.lan A 10.0.0.2')).toEqual(['+    local-data: "b.lan. A 10.0.0.2"']);
  });
});

describe("unbound's local-data-ptr", () => {
  const pointers = `{
  services.unbound.settings.server = {
    local-data-ptr = [
      "\\"192.0.2.3 www.example.org\\""
      ''"2001:db8::3 3600 www.example.org."'' # the site
      "\\"nowhere www.example.org\\""
    ];
  };
  services.unbound.extraConfig = ''
    local-data-ptr: "192.0.2.4 mail.example.org"
  '';
}
`;

  it('is read as the reverse record of its address', () => {
    expect(recordsIn('unbound', pointers)).toEqual([
      '4 3.2.0.192.in-addr.arpa. PTR www.example.org.',
      `5 3.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa. 3600 PTR www.example.org.`,
      '10 4.2.0.192.in-addr.arpa. PTR mail.example.org.',
    ]);
    expect(unreadableIn('unbound', pointers)).toEqual(['6 this is not an address with its name']);
  });

  it.each([
    [
      '~ 3.2.0.192.in-addr.arpa PTR www.example.org. > web.example.org.',
      ['-      "\\"192.0.2.3 www.example.org\\""', '+      "\\"192.0.2.3 web.example.org\\""'],
    ],
    ['- 4.2.0.192.in-addr.arpa PTR mail.example.org.', ['-    local-data-ptr: "192.0.2.4 mail.example.org"']],
    ['+ 5.2.0.192.in-addr.arpa PTR db.example.org.', ['+    local-data-ptr: "192.0.2.5 db.example.org"']],
    ['+ 5.2.0.192.in-addr.arpa A 192.0.2.9', ['zone-unreadable line 4']],
    ['+ host.example.org PTR db.example.org.', ['zone-unreadable line 4']],
  ])('takes %s', (said, lines) => expect(edited('unbound', pointers, said)).toEqual(lines));
});
