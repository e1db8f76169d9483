import { expect, it } from 'vitest';
import { renderBuildError } from '../../src/report/build-error-text.ts';

const ours = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-source';
const nixpkgs = '/nix/store/zyxwvsrqpnmlkjihgfdcba9876543210-source';

it('A failed build is said with the files of the repository, and with none of nixpkgs', () => {
  const log = `error:
       … while calling the 'head' builtin
         at ${nixpkgs}/lib/attrsets.nix:1575:11:
       … while evaluating a module
         at ${nixpkgs}/pkgs/top-level/all.nix:3:1:
       … while evaluating \`lib/ports.nix'
         at ${ours}/lib/ports.nix:8:3:
       … from call site
         at «github:NixOS/nixpkgs/abc»/flake.nix:2:1:
       error: undefined variable 'grafanaPort'
       at ${ours}/modules/grafana.nix:12:14:
           12|     settings.port = grafanaPort;
`;
  expect(renderBuildError(log)).toBe(
    "What the build says, at `modules/grafana.nix:12` and `lib/ports.nix:8`:\n\n```\nerror: undefined variable 'grafanaPort'\n```",
  );
  expect(renderBuildError('')).toBe('');
  expect(renderBuildError('error: disk full\n')).toBe('What the build says:\n\n```\nerror: disk full\n```');
});
