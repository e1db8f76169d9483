import { describe, expect, it } from 'vitest';
import { hostsHolder } from '../../../src/dns/hosts/hosts-holder.ts';
import { edited, openAs, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `{ config, lib, ... }:
{
  networking.hosts = {
    "10.0.0.1" = [ "anubis" "anubis.fleet.lan" ];
    # the store
    "10.0.0.2" = [
      "store.fleet.lan" # backups
      "files.fleet.lan"
    ];
    "10.0.0.3"  = lib.mkForce [ "solo.fleet.lan" ];
    "fd00::1" = [ config.networking.fqdn ];
    \${config.gateway} = [ "gw.fleet.lan" ];
  };
  networking.extraHosts = ''
    # by hand
    10.0.0.9   printer.fleet.lan
    10.0.0.10  cam1.fleet.lan cam2.fleet.lan # door
    \${config.uplink} uplink.fleet.lan
  '';
}
`;

describe('names under networking.hosts and in networking.extraHosts', () => {
  it('are read with their lines', () => {
    expect(recordsIn('hosts', text)).toEqual([
      '4 anubis. A 10.0.0.1',
      '4 anubis.fleet.lan. A 10.0.0.1',
      '7 store.fleet.lan. A 10.0.0.2',
      '8 files.fleet.lan. A 10.0.0.2',
      '10 solo.fleet.lan. A 10.0.0.3',
      '16 printer.fleet.lan. A 10.0.0.9',
      '17 cam1.fleet.lan. A 10.0.0.10',
      '17 cam2.fleet.lan. A 10.0.0.10',
    ]);
  });

  it('are told for one zone only where one is asked for', () => {
    expect(recordsIn('hosts', text, 'fleet.lan')).not.toContain('4 anubis. A 10.0.0.1');
  });

  it('are listed where they are computed', () => {
    expect(unreadableIn('hosts', text)).toEqual([
      '11 the name is computed',
      '12 the address is not written',
      '18 an interpolation says a part of this',
    ]);
  });

  it.each([
    [
      '+ www.fleet.lan A 10.0.0.1',
      [
        '-    "10.0.0.1" = [ "anubis" "anubis.fleet.lan" ];',
        '+    "10.0.0.1" = [ "anubis" "anubis.fleet.lan" "www.fleet.lan" ];',
      ],
    ],
    ['+ new.fleet.lan A 10.0.0.2', ['+      "new.fleet.lan"']],
    ['+ new.fleet.lan A 10.0.0.4', ['+    10.0.0.4   new.fleet.lan']],
    ['+ printer.fleet.lan AAAA fd00::9', ['+    fd00::9    printer.fleet.lan']],
    ['- files.fleet.lan A 10.0.0.2', ['-      "files.fleet.lan"']],
    ['- store.fleet.lan A 10.0.0.2', ['-      "store.fleet.lan" # backups']],
    ['- solo.fleet.lan A 10.0.0.3', ['-    "10.0.0.3"  = lib.mkForce [ "solo.fleet.lan" ];']],
    [
      '~ solo.fleet.lan A 10.0.0.3 > 10.0.0.7',
      ['-    "10.0.0.3"  = lib.mkForce [ "solo.fleet.lan" ];', '+    "10.0.0.7"  = lib.mkForce [ "solo.fleet.lan" ];'],
    ],
    [
      '~ files.fleet.lan A 10.0.0.2 > 10.0.0.10',
      [
        '-      "files.fleet.lan"',
        '-    10.0.0.10  cam1.fleet.lan cam2.fleet.lan # door',
        '+    10.0.0.10  cam1.fleet.lan cam2.fleet.lan files.fleet.lan # door',
      ],
    ],
    [
      '~ printer.fleet.lan A 10.0.0.9 > 10.0.0.8',
      ['-    10.0.0.9   printer.fleet.lan', '+    10.0.0.8   printer.fleet.lan'],
    ],
    [
      '- cam1.fleet.lan A 10.0.0.10',
      ['-    10.0.0.10  cam1.fleet.lan cam2.fleet.lan # door', '+    10.0.0.10  cam2.fleet.lan # door'],
    ],
  ])('are changed on their own lines only: %s', (said, lines) => {
    expect(edited('hosts', text, said)).toEqual(lines);
  });

  it.each([
    ['+ store.fleet.lan A 10.0.0.2', 'record-exists line 7'],
    ['- nobody.fleet.lan A 10.0.0.2', 'record-not-found line 4'],
    ['- store.fleet.lan A 10.0.0.3', 'record-not-found line 7'],
    ['+ gw.fleet.lan A 10.0.0.2', 'zone-unreadable line 12'],
    ['- uplink.fleet.lan A 10.0.0.2', 'zone-unreadable line 18'],
    ['+ a.fleet.lan A 10.0.0.256', 'bad-arguments'],
    ['+ a.fleet.lan CNAME store.fleet.lan', 'zone-unreadable line 4'],
  ])('refuse %s', (said, refusal) => {
    expect(edited('hosts', text, said)).toEqual([refusal]);
  });

  it('refuse what is outside the zone that was asked for', () => {
    expect(edited('hosts', text, '+ a.other.lan A 10.0.0.2', 'fleet.lan')).toEqual(['zone-not-found']);
  });

  it('are changed once only', () => {
    expect(twice('hosts', text, '+ www.fleet.lan A 10.0.0.1')).toBe('record-exists');
    expect(twice('hosts', text, '- solo.fleet.lan A 10.0.0.3')).toBe('record-not-found');
    expect(twice('hosts', text, '~ solo.fleet.lan A 10.0.0.3 > 10.0.0.2')).toBe('record-not-found');
  });

  it('are written as whole paths where their neighbours are', () => {
    const paths = `{\n  networking.hosts."10.0.0.1" = ["a.lan"];\n}\n`;
    expect(edited('hosts', paths, '+ b.lan A 10.0.0.2')).toEqual(['+  networking.hosts."10.0.0.2" = ["b.lan"];']);
  });

  it('begin in an empty set', () => {
    expect(edited('hosts', '{ networking.hosts = { }; }', '+ b.lan A 10.0.0.2')).toEqual([
      '-{ networking.hosts = { }; }',
      '+{ networking.hosts = { "10.0.0.2" = [ "b.lan" ]; }; }',
    ]);
  });

  it.each([
    ['a file without them', '{ hosts = { "10.0.0.1" = [ "a" ]; }; }'],
    ['a file that is no Nix', '{ networking.hosts = '],
    ['a comment', '{ }\n# networking.hosts = { "10.0.0.1" = [ "a" ]; };'],
  ])('are not claimed in %s', (_what, source) => {
    expect(hostsHolder.claims('a.nix', source)).toBe(false);
    expect(openAs('hosts', source).text).toBe(source);
  });
});

describe('a list of one name, as lib.singleton makes it', () => {
  const single = `{ lib, ... }: {
  networking.hosts = {
    "192.0.2.1" = lib.singleton "fritz.box";
  };
}
`;

  it('is read', () => expect(recordsIn('hosts', single)).toEqual(['3 fritz.box. A 192.0.2.1']));

  it.each([
    [
      '+ router.box A 192.0.2.1',
      ['-    "192.0.2.1" = lib.singleton "fritz.box";', '+    "192.0.2.1" = [ "fritz.box" "router.box" ];'],
    ],
    ['+ nas.box A 192.0.2.2', ['+    "192.0.2.2" = [ "nas.box" ];']],
    [
      '~ fritz.box A 192.0.2.1 > 192.0.2.9',
      ['-    "192.0.2.1" = lib.singleton "fritz.box";', '+    "192.0.2.9" = lib.singleton "fritz.box";'],
    ],
    ['- fritz.box A 192.0.2.1', ['-    "192.0.2.1" = lib.singleton "fritz.box";']],
  ])('takes %s', (said, lines) => expect(edited('hosts', single, said)).toEqual(lines));
});
