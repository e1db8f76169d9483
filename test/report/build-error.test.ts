import { describe, expect, it } from 'vitest';
import { buildError } from '../../src/report/build-error.ts';

const hash = '0123456789abcdfghijklmnpqrsvwxyz';
const other = 'zyxwvsrqpnmlkjihgfdcba9876543210';
const ours = (file: string): boolean => /^(hosts|modules)\/|^flake\.nix$/.test(file);

const evaluation = `building the system configuration...
error:
       … while calling the 'head' builtin
         at /nix/store/${other}-source/lib/attrsets.nix:1575:11:
         1574|         || pred here (elemAt values 1) (head values) then
         1575|           head values
             |           ^
         1576|         else

       … while evaluating the option \`services.grafana.port':
         at /nix/store/${hash}-source/hosts/griffin/default.nix:8:3:
            7|   imports = [ ../../modules/grafana.nix ];

       (stack trace truncated; use '--show-trace' to show the full, detailed trace)

       error: undefined variable 'grafanaPort'
       at /nix/store/${hash}-source/modules/grafana.nix:12:14:
           11|   services.grafana = {
           12|     settings.port = grafanaPort;
             |                     ^
           13|   };
Command 'nix --extra-experimental-features 'nix-command flakes' build' returned non-zero exit status 1.
`;
const builder = `these 2 derivations will be built:
  /nix/store/${hash}-unit-consul.service.drv
building '/nix/store/${hash}-consul.json.drv'...
error: builder for '/nix/store/${hash}-consul.json.drv' failed with exit code 1;
       last 2 log lines:
       > parse error: Invalid numeric literal at line 3, column 9
       > jq: exit 2
       For full logs, run 'nix log /nix/store/${hash}-consul.json.drv'.
error: 1 dependencies of derivation '/nix/store/${hash}-nixos-system-griffin.drv' failed to build
`;

describe('A build that failed', () => {
  it('is reduced to its message, and to the places of the repository from the cause outwards', () => {
    expect(buildError(evaluation, ours)).toEqual({
      lines: ["       error: undefined variable 'grafanaPort'"],
      places: [
        { file: 'modules/grafana.nix', line: 12 },
        { file: 'hosts/griffin/default.nix', line: 8 },
      ],
    });
  });

  it("keeps the builder's own last words, and not that others needed it", () => {
    const { lines, places } = buildError(builder, ours);
    expect(places).toEqual([]);
    expect(lines.slice(1, 4)).toEqual([
      '       last 2 log lines:',
      '       > parse error: Invalid numeric literal at line 3, column 9',
      '       > jq: exit 2',
    ]);
    expect(lines.join('\n')).not.toContain('dependencies of derivation');
  });

  it.each([
    ['an empty log', '', []],
    ['a log without an error', 'one\ntwo\n', ['one', 'two']],
    ['a coloured error', '\u001b[31;1merror:\u001b[0m disk is full\n', ['error: disk is full']],
    ['Windows line ends', 'error: a\r\nb\r\n', ['error: a', 'b']],
    [
      'an assertion',
      'error:\nFailed assertions:\n- two services on port 80\n',
      ['Failed assertions:', '- two services on port 80'],
    ],
    ['a very long line', `error: ${'x'.repeat(900)}`, [`error: ${'x'.repeat(293)}…`]],
  ])('of %s', (_what, log, lines) => expect(buildError(log, ours).lines).toEqual(lines));

  it('is bounded', () => {
    const log = `error: a\n${'more\n'.repeat(500)}${'at /x/modules/a.nix:1:1:\n'}`;
    expect(buildError(log, ours).lines).toHaveLength(12);
    const many = Array.from({ length: 9 }, (_, at) => `at modules/a.nix:${at + 1}:1:`).join('\n');
    expect(buildError(many, ours).places).toEqual([9, 8, 7].map((line) => ({ file: 'modules/a.nix', line })));
  });
});
