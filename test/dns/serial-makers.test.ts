import { describe, expect, it } from 'vitest';
import { serialSettings } from '../../src/dns/serial-makers.ts';

const lists = `{ services.knot.settings = {
  template = [ { id = "default"; semantic-checks = "on"; } { id = "own"; zonefile-load = "difference-no-serial"; serial-policy = "dateserial"; } ];
  zone = [ { domain = "a.test"; file = ./a.zone; template = "own"; } { domain = "b.test"; file = ./b.zone; } ];
}; }`;
const sets = `{ services.knot.settings = {
  template.default = { zonefile-load = "difference-no-serial"; };
  zone."a.test".file = ./a.zone;
  zone."b.test" = { file = ./b.zone; zonefile-load = "whole"; };
}; }`;
const conf = `template:
  - id: default
    storage: /var/lib/knot
  - id: own
    zonefile-load: difference-no-serial   # counted here
zone:
  - domain: a.test
    template: own
  - domain: "b.test"
    file: b.zone
`;

describe('the serials that a server makes by itself', () => {
  it.each([
    ['by the template of a list', 'knot.nix', lists],
    ['by the template of all, but where a zone says otherwise', 'knot.nix', sets],
    ['in knot.conf', 'etc/knot.conf', conf],
    ['in the text of a Nix string', 'knot.nix', `{ services.knot.extraConfig = ''\n${conf}''; }`],
  ])('%s', (_name, path, text) => {
    const maker = serialSettings([{ path, text }]);
    expect(maker('a.test.')).toEqual({
      by: 'server',
      level: 'note',
      why: `Knot counts it by itself (zonefile-load: difference-no-serial, ${path})`,
    });
    expect(maker('b.test.')?.by).not.toBe('server');
  });

  it.each([
    ['a policy of no zone', '{ services.knot.settings.template.default.serial-policy = "unixtime"; }'],
    ['a file that only speaks of it', '# zonefile-load difference-no-serial would be nice\n{ }'],
    ['a template that no zone has', lists.replace('template = "own"; ', '')],
    ['no Nix at all', '{ difference-no-serial'],
  ])('are none by %s', (_name, text) => {
    expect(serialSettings([{ path: 'x.nix', text }])('a.test.')).toBeNull();
  });
});

describe('settings by which the serial of the file still counts', () => {
  const signed = 'zone "a.test" IN {\n type primary;\n file "a.zone"; // x\n inline-signing yes;\n};';
  it.each([
    ['BIND signs in line', 'named.conf', signed, 'note', 'does not load a file whose serial stays'],
    [
      'BIND has a policy to sign by',
      'named.conf',
      'zone a { }; zone "a.test" { dnssec-policy default; };',
      'note',
      'signs',
    ],
    [
      'NixOS says so',
      'b.nix',
      '{ services.bind.zones."a.test".extraConfig = "inline-signing yes;"; }',
      'note',
      'signs',
    ],
    ['BIND takes updates', 'n.conf', 'zone "a.test" { allow-update { key k; }; };', 'warning', 'rndc freeze'],
    ['Knot has a policy', 'k.nix', '{ s.zone."a.test".serial-policy = "unixtime"; }', 'note', 'Knot reads the file'],
    ['Knot reads no file', 'knot.conf', 'zone:\n  - domain: a.test\n    zonefile-load: none\n', 'warning', 'at all'],
  ])('%s', (_name, path, text, level, why) => {
    const found = serialSettings([{ path, text }]);
    expect(found('a.test.')).toMatchObject({ by: 'file', level, why: expect.stringContaining(why) });
    expect(found('other.test.')).toBeNull();
  });

  it.each([
    ['signing is off', 'zone "a.test" { dnssec-policy default; inline-signing no; };'],
    ['there is no policy', 'zone "a.test" { dnssec-policy none; allow-update { none; }; };'],
    ['it is a comment', 'zone "a.test" { /* inline-signing yes; */ };'],
  ])('say nothing where %s', (_name, text) => {
    expect(serialSettings([{ path: 'named.conf', text }])('a.test.')).toBeNull();
  });
});
