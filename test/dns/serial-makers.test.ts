import { describe, expect, it } from 'vitest';
import { serialMakers } from '../../src/dns/serial-makers.ts';

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
    const maker = serialMakers([{ path, text }]);
    expect(maker('a.test.')).toBe(`Knot counts it by itself (zonefile-load: difference-no-serial, ${path})`);
    expect(maker('b.test.')).toBeNull();
  });

  it.each([
    ['a policy alone', '{ services.knot.settings.template.default.serial-policy = "unixtime"; }'],
    ['a file that only speaks of it', '# zonefile-load difference-no-serial would be nice\n{ }'],
    ['a template that no zone has', lists.replace('template = "own"; ', '')],
    ['no Nix at all', '{ difference-no-serial'],
  ])('are none by %s', (_name, text) => {
    expect(serialMakers([{ path: 'x.nix', text }])('a.test.')).toBeNull();
  });
});
