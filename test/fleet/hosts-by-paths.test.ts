import { describe, expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { hostsByPaths } from '../../src/fleet/hosts-by-paths.ts';

const host = { address: '192.0.2.1', host_key: 'SHA256:x' };
const config = fleetConfigShape.parse({
  hosts: { griffin: host, wolfhound: { ...host, paths: ['machines/wolf/', 'shared/wolf.nix'] }, anubis: host },
});

describe('which hosts changed paths count for', () => {
  test.each([
    ['its own folder', ['hosts/griffin/disks.nix'], { griffin: 'own' }],
    ['its own file', ['hosts/anubis.nix'], { anubis: 'own' }],
    ['paths that the config names', ['machines/wolf/a.nix', 'shared/wolf.nix'], { wolfhound: 'own' }],
    ['a shared file', ['common.nix'], { griffin: 'shared', wolfhound: 'shared', anubis: 'shared' }],
    [
      'a shared file and its own',
      ['common.nix', 'hosts/griffin/a.nix'],
      { griffin: 'own', wolfhound: 'shared', anubis: 'shared' },
    ],
    [
      'a folder that only begins like a host',
      ['hosts/griffin2/a.nix'],
      { griffin: 'shared', wolfhound: 'shared', anubis: 'shared' },
    ],
    [
      'the default folder of a host that names other paths',
      ['hosts/wolfhound/a.nix'],
      { griffin: 'shared', wolfhound: 'shared', anubis: 'shared' },
    ],
    ['nothing', [], {}],
  ])('%s', (_, paths, touched) => {
    const reached = [...hostsByPaths(config, paths)].map(([name, { touched: how }]) => [name, how] as const);
    expect(Object.fromEntries(reached)).toEqual(touched);
  });
});

test('a host of its own files is told only those, every other the shared ones', () => {
  const reached = hostsByPaths(config, ['common.nix', 'hosts/griffin/a.nix', 'lib.nix']);
  expect(Object.fromEntries([...reached].map(([name, { why }]) => [name, why]))).toEqual({
    griffin: [['hosts/griffin/a.nix']],
    wolfhound: [['common.nix'], ['lib.nix']],
    anubis: [['common.nix'], ['lib.nix']],
  });
});
