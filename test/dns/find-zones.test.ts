import { describe, expect, it } from 'vitest';
import { zonesInFile } from '../../src/dns/find-zones.ts';

const soa = '@ 3600 IN SOA ns1.example.org. host.example.org. 2026010101 1 2 3 4\n@ IN NS ns1.example.org.\n';
const indented = soa.replace(/^/gm, '  ').trimEnd();
const named = (path: string, text: string) => zonesInFile(path, text).map(({ zone }) => zone);

describe('the zones of a file are those that it says, and no others', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['a zone file by its name', 'zones/example.org.zone', soa, ['example.org.']],
    ['a zone of one label', 'zones/lan.zone', soa, ['lan.']],
    ['a zone below a country whose code ends programs too', 'zones/example.pl', soa, ['example.pl.']],
    ['a Perl program that quotes one', 't/zone.pl', `#!/usr/bin/perl\nuse strict;\nmy $z = <<E;\n${soa}E\n`, []],
    ['a Rust program that quotes one', 'src/zone.rs', `use std::fs;\nconst Z: &str = "\n${soa}";\n`, []],
    ['a Ruby test', 'spec/zonefile_spec.rb', `describe do\n${soa}end\n`, []],
    ['a template', 'templates/zone.j2', soa, []],
    [
      'a manual that quotes one',
      'man/coredns-file.7',
      `.TH "COREDNS"\nThe zone is read\n\n${soa}\nIf the path is relative, the path from the root\nwill be prepended to it\n.PP\n.IP 4\nare used.\n`,
      [],
    ],
    ['an example in the file of a server', 'bind/named.conf', soa, []],
    ['a copy of a zone file', 'zones/db.example.org.bak', soa, ['example.org.']],
    ['a zone file that a build completes', 'zones/example.org.db.in', soa, ['example.org.']],
    ['a zone below India’s own', 'zones/example.in', soa, ['example.in.']],
    ['a reverse zone that does not name its network', 'zones/lan.rev', soa, []],
    ['one that is named for what it is', 'lan.reverse', soa, []],
    ['a reverse zone by its network', 'zones/10.0.20.rev', soa, ['20.0.10.in-addr.arpa.']],
    ['an empty zone', 'bind/db.empty', soa, []],
    ['another server’s form', 'mara/example.net.csv2', soa, []],
    [
      'a string of a Nix file that is named for no zone',
      'modules/knot/default.nix',
      `{ pkgs, ... }: { dyndns = domain: pkgs.writeText "\${domain}.zone" ''\n${indented}''; }\n`,
      [],
    ],
    [
      'an option of zones that a function makes',
      'modules/knot/default.nix',
      `{ pkgs, ... }: { services.knot.settings.zone = [ ] ++ map (d: { domain = d; file = pkgs.writeText d ''\n${indented}''; }) [ "a.test" ]; }\n`,
      [],
    ],
    [
      'a zone of one label with its option',
      'dns.nix',
      `{ services.nsd.zones.lan.data = ''\n${indented}''; }\n`,
      ['lan.'],
    ],
    ['a zone of one label that is its own text', 'dns.nix', `{ my.zones.lan = ''\n${indented}''; }\n`, ['lan.']],
    ['a Nix file that is named for a zone', 'zones/example.org.nix', `''\n${indented}''\n`, ['example.org.']],
    [
      'what several zones of dns.nix share',
      'zones/common.nix',
      `{ SOA = { nameServer = "ns1"; serial = 7; }; A = [ "192.0.2.1" ]; }\n`,
      [],
    ],
  ])('%s', (_name, path, text, zones) => expect(named(path, text)).toEqual(zones));
});
