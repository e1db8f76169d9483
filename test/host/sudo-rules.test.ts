import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { StorePath } from '../../src/core/names.ts';
import { startActivation } from '../../src/host/programs/start-run.ts';
import { argvOf } from '../../src/host/remote-command.ts';
import type { MachineName, UnitName } from '../../src/host/remote-names.ts';
import { remoteRights } from '../../src/host/remote-rights.ts';
import { arm, disarm } from '../../src/host/programs/watchdog.ts';
import { asRoot, rightsParts, rootCommands } from '../../src/host/root-commands.ts';
import { sudoersText, sudoRules, sudoRulesNix } from '../../src/host/sudo-rules.ts';

const rules = sudoRules('wolfhound');
const hash = '0123456789abcdfghijklmnpqrsvwxyz';
const reference = `git+file:///var/lib/fleetwright/.fleetwright/repositories/acme~fleet.git?rev=${'a'.repeat(40)}#wolfhound`;

function allows(line: string): boolean {
  const [program, ...words] = line.split(' ');
  return rules.some((rule) => rule.program === program && new RegExp(rule.arguments).test(words.join(' ')));
}

describe('What the account may do', () => {
  it('needs root for exactly the commands that have a rule', () => {
    const rooted = Object.values(remoteRights).flatMap(({ root }) => (root === null ? [] : [root]));
    // A command that has two ways says both.
    for (const { why } of rules) expect(rooted.join('\n')).toContain(why);
    const said = rules.reduce((text, { why }) => text.replaceAll(why, ''), rooted.join('\n'));
    expect(said.replaceAll(/ Or: |\n/g, '')).toBe('');
  });
});

describe('The sudo rules', () => {
  it.each([
    `nixos-rebuild test --no-reexec --store-path /nix/store/${hash}-nixos-system-wolfhound-26.05.20260101.abcdef0`,
    `nixos-rebuild boot --no-reexec --store-path /nix/store/${hash}-nixos-system-wolfhound-26.11pre-git`,
    'journalctl --no-pager --output=cat --since=@1763830000 --unit=nixos-rebuild-switch-to-configuration*',
    'journalctl --no-pager --output=cat --lines=20 --unit=container@web.service',
    'systemctl reboot --no-wall',
    'systemctl reboot --when=@1763830000 --no-wall',
    'systemctl reboot --when=cancel --no-wall',
    'systemctl start fleetwright-watchdog@1200.service',
    'systemctl stop fleetwright-watchdog@1200.service',
  ])('allow %s', (line) => expect(allows(line)).toBe(true));

  it.each([
    `nixos-rebuild switch --no-reexec --store-path /nix/store/${hash}-nixos-system-griffin-1`,
    `nixos-rebuild test --fast --flake ${reference.replace('git+file', 'git+https')}`,
    `nixos-rebuild test --fast --flake ${reference} --option x y`,
    `nixos-rebuild switch --fast --flake ${reference}`,
    `nixos-rebuild test --store-path /nix/store/${hash}-nixos-system-wolfhound-1`,
    'systemctl reboot',
    'systemctl reboot --force --no-wall',
    'systemctl poweroff --no-wall',
    'systemctl reboot --when=show --no-wall',
    'systemctl reboot --when=@12 --no-wall --force',
    'systemctl start sshd.service',
    'systemctl start fleetwright-watchdog@1200.service sshd.service',
    'systemctl start fleetwright-watchdog@x.service',
    `nixos-rebuild test --no-reexec --store-path /nix/store/${hash}-nixos-system-griffin-1`,
    `nixos-rebuild test --no-reexec --store-path /nix/store/${hash}-nixos-system-wolfhoundx-1`,
    `nixos-rebuild test --no-reexec --store-path /nix/store/${hash}-nixos-system-wolfhound-1/../../../tmp/x`,
    `nixos-rebuild test --no-reexec --store-path /nix/store/${hash}-nixos-system-wolfhound-1 --flake .`,
    `nixos-rebuild test --no-reexec --store-path /tmp/${hash}-nixos-system-wolfhound-1`,
    `nixos-rebuild test --no-reexec --store-path /nix/store/${hash.replace('0', 'e')}-nixos-system-wolfhound-1`,
    'nixos-rebuild test --rollback',
    'journalctl',
    'journalctl --no-pager --output=cat --since=@1 --unit=sshd',
    'journalctl --no-pager --output=cat --lines=20 --unit=sshd --file=/etc/shadow',
    'journalctl --no-pager --output=cat --lines=20 --unit=--file=/etc/shadow --vacuum-size=1',
    'systemctl reboot',
    'systemctl --machine=web list-units',
    'systemctl --machine=root@web list-units --state=failed,auto-restart --plain --no-legend --no-pager --full',
    'systemctl --machine=web --host=elsewhere list-units --state=failed,auto-restart --plain --no-legend --no-pager --full',
  ])('refuse %s', (line) => expect(allows(line)).toBe(false));

  it('take a host name literally, so that a dot in it is no wildcard', () => {
    const [rule] = sudoRules('web.1');
    const path = (name: string) => `test --no-reexec --store-path /nix/store/${hash}-nixos-system-${name}-1`;
    expect(new RegExp(rule?.arguments ?? '').test(path('web.1'))).toBe(true);
    expect(new RegExp(rule?.arguments ?? '').test(path('webx1'))).toBe(false);
  });

  it('hold every root command that is ever sent', () => {
    const sent = [
      argvOf({ kind: 'read-switch-journal', since: 1 }),
      argvOf({ kind: 'read-unit-journal', unit: 'sshd.service' as UnitName, lines: 20, form: 'short-iso' }),
      asRoot(rootCommands.activate, {
        action: 'test',
        path: `/nix/store/${hash}-nixos-system-wolfhound-1` as StorePath,
      }),
      asRoot(rootCommands.switch, { path: `/nix/store/${hash}-nixos-system-wolfhound-1` }),
      asRoot(rootCommands['dry-activate'], { path: `/nix/store/${hash}-nixos-system-wolfhound-1` }),
      asRoot(rootCommands['activate-flake'], { action: 'boot', flag: '--fast', reference }),
      argvOf({ kind: 'list-machine-units', machine: 'web' as MachineName }),
      asRoot(rootCommands.reboot, {}),
      asRoot(rootCommands['arm-reboot'], { until: '1763830000' }),
      asRoot(rootCommands['disarm-reboot'], {}),
      asRoot(rootCommands['arm-unit'], { seconds: '1200' }),
      asRoot(rootCommands['disarm-unit'], { seconds: '1200' }),
    ];
    for (const words of sent) expect(allows(words.slice(2).join(' '))).toBe(true);
    expect(startActivation.text).toContain('set -- sudo -n nixos-rebuild "$3" --no-reexec --store-path "$4"\n');
    expect(arm.text).toContain('as_root sudo -n systemctl reboot --when=@"$until" --no-wall\n');
    expect(arm.text).toContain('as_root sudo -n systemctl start fleetwright-watchdog@"$seconds".service\n');
    expect(disarm.text).toContain('as_root sudo -n systemctl stop fleetwright-watchdog@"$seconds".service\n');
    expect(rules).toHaveLength(sent.length);
  });

  it.each([
    [['deploy'], 3],
    [['deploy', 'reboot'], 4],
    [['deploy', 'mode-switch'], 4],
    [['deploy', 'old-rebuild', 'reboot'], 5],
    [['deploy', 'watchdog-reboot'], 5],
    [['deploy', 'reboot', 'watchdog-unit'], 6],
  ] as const)('grant only what a host asks for: %s', (parts, count) => {
    const lines = sudoersText('fleetwright', 'wolfhound', { parts }).trimEnd().split('\n');
    expect(lines).toHaveLength(count);
    const systemd = parts.some((part) => part === 'reboot' || part.startsWith('watchdog'));
    expect(lines.some((line) => line.includes('systemctl'))).toBe(systemd);
  });

  it('have a right for every part that a host can ask for', () => {
    expect(new Set(rules.map(({ part }) => part))).toEqual(new Set(rightsParts));
  });

  it('are those of the committed Nix file', async () => {
    await expect(sudoRulesNix()).toMatchFileSnapshot('../../nix/sudo-rules.nix');
  });

  const visudo = spawnSync('visudo', ['-V']).error === undefined;
  it.skipIf(!visudo)('are accepted by visudo (needs sudo on this machine)', () => {
    const checked = spawnSync('visudo', ['-c', '-f', '-'], {
      input: sudoersText('fleetwright', 'wolfhound'),
      encoding: 'utf8',
    });
    expect(checked).toMatchObject({ status: 0 });
  });

  const nix = spawnSync('nix-instantiate', ['--version']).error === undefined;
  it.skipIf(!nix).each(['sudo-rules.nix', 'service-account.nix', 'watchdog.nix'])(
    '%s is Nix (needs nix on this machine)',
    (file) => {
      const parsed = spawnSync('nix-instantiate', ['--parse', `nix/${file}`], { encoding: 'utf8' });
      expect(parsed).toMatchObject({ status: 0 });
    },
  );
});
