import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/host/doctor/diagnose.ts';
import type { Seen, Symptom } from '../../../src/host/doctor/diagnosis.ts';
import { doctorText } from '../../../src/host/doctor/doctor-text.ts';
import type { Knock } from '../../../src/host/doctor/knock.ts';
import { printSudoList } from '../../../src/host/doctor/sudo-list.ts';
import type { StorePath } from '../../../src/core/names.ts';
import { exactRights, examined, fingerprint, may, patient, right, seen } from './patient.ts';

const watched = patient({ watchdog: 'unit' });
const lines = (findings: readonly Symptom[]): readonly string[] =>
  findings.map(({ level, check, message }) => `${level} ${check}: ${message}`);
const other = '/nix/store/1123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-0' as StorePath;
const rights = (...more: Parameters<typeof printSudoList>[0]) => ({ rights: printSudoList([...exactRights, ...more]) });

describe('A host that is as deploys need it', () => {
  it('has no finding, and its facts are complete', () => {
    const { findings, facts } = diagnose(watched, seen());
    expect(findings).toEqual([]);
    expect(Object.entries(facts).filter(([, value]) => value === null)).toEqual([]);
    expect(facts).toMatchObject({ rights: 'exact', watchdogsPossible: ['reboot', 'unit'], cannot: [] });
  });

  it.each<[string, Seen, typeof watched]>([
    ['a clock within a second or two', seen({}, {}, 2), watched],
    ['a scheduled-reboot watchdog on systemd 254', seen({ systemd: 254 }), patient({ watchdog: 'reboot' })],
    ['a clock that does not tell whether it is synchronised', seen({}, { synchronised: null }), watched],
    ['twice the space that deploys ask for', seen({ freeMiB: { nix: 2048, boot: 64 } }), watched],
    ['no rights for the watchdog that it does not use', seen({}, { may: may('arm-reboot', 'disarm-reboot') }), watched],
    [
      'no right to activate, where nothing is ever activated',
      seen({}, { may: may('activate') }),
      patient({ mode: 'dry', watchdog: 'unit' }),
    ],
  ])('may have %s', (_what, state, at) => expect(lines(diagnose(at, state).findings)).toEqual([]));
});

describe('A host that something is wrong with', () => {
  it.each<[string, Seen, string]>([
    [
      'error system: what runs is not what boots',
      seen({ profile: other }),
      'sudo nixos-rebuild boot --no-reexec --store-path',
    ],
    ['error system: /run/current-system leads to no system', seen({ running: null }), 'without NixOS'],
    ['error system: /nix/var/nix/profiles/system leads to no system', seen({ profile: null }), 'without NixOS'],
    ['error versions: there is no nixos-rebuild', seen({ dialect: 'missing' }), 'system.tools.nixos-rebuild.enable'],
    ['warning versions: its nixos-rebuild knows no --store-path', seen({ dialect: 'flake-only' }), 'enableNg'],
    ['error versions: Nix 2.3.16 has no flakes', seen({ nix: '2.3.16' }), 'nix.package'],
    ['warning versions: it does not tell the version of Nix', seen({ nix: null }), ''],
    [
      'error disk: 1023 MiB are free on /nix, less than',
      seen({ freeMiB: { nix: 1023, boot: 300 } }),
      'nix-collect-garbage',
    ],
    [
      'warning disk: 63 MiB are free on /boot, not far above',
      seen({ freeMiB: { nix: 4000, boot: 63 } }),
      'configurationLimit',
    ],
    ['note disk: it does not tell how much is free on /boot', seen({ freeMiB: { nix: 4000, boot: null } }), ''],
    ['error detached-runs: logind ends', seen({ killsDetachedRuns: true }), 'users.users.fleetwright.linger = true;'],
    [
      'warning units: 2 units are failed: a.service, b.service',
      seen({ failedUnits: ['a.service', 'b.service'] }),
      'systemctl status a.service',
    ],
    [
      'warning units: restarting over and over: a.service (7 times)',
      seen({ restartingUnits: { 'a.service': 7 } }),
      'journalctl -u a.service',
    ],
    ['error shutdown: a shutdown is scheduled: USEC=1', seen({ scheduledShutdown: 'USEC=1\n' }), 'sudo shutdown -c'],
    ['warning rebuild: a rebuild runs that may be somebody else', seen({ switching: true }), 'wait'],
    ['error clock: its clock is 300 s behind ours', seen({}, {}, -300), 'timesyncd'],
    ['warning clock: its clock is 10 s ahead of ours', seen({}, {}, 10), 'timesyncd'],
    ['warning clock: its clock is not synchronised', seen({}, { synchronised: false }), 'timesyncd'],
    ['error programs: there is no git', seen({}, { programs: { ...examined.programs, git: false } }), 'pkgs.git'],
    ['error programs: the account cannot write in its home', seen({}, { home: false }), 'createHome = true;'],
    [
      'error watchdog: the unit fleetwright-watchdog@.service',
      seen({}, { watchdogUnit: false }),
      'fleetwright.account.watchdog = "unit";',
    ],
    [
      'error sudo: there is no sudo',
      seen({}, { programs: { ...examined.programs, sudo: false } }),
      'security.sudo.enable',
    ],
    [
      'error sudo: the account fleetwright may run nothing',
      seen({}, { rights: null, may: may() }),
      'fleetwright.account = { enable = true;',
    ],
    ['warning sudo: what sudo lists could not be read', seen({}, { rights: 'User x may run:\n' }), ''],
    [
      'error sudo: sudo does not allow nixos-rebuild test',
      seen({}, { may: may('activate') }),
      'NOPASSWD: /run/current-system/sw/bin/nixos-rebuild ^(test|boot) ',
    ],
    [
      'warning sudo: sudo does not allow journalctl',
      seen({}, { may: may('unit-journal') }),
      'NOPASSWD: /run/current-system/sw/bin/journalctl ',
    ],
    [
      'note sudo: sudo does not allow systemctl reboot',
      seen({}, { may: may('reboot') }),
      'fleetwright.account.reboot = true;',
    ],
    [
      'error sudo: sudo does not allow systemctl start fleetwright-watchdog@',
      seen({}, { may: may('arm-unit') }),
      'fleetwright.account.watchdog = "unit";',
    ],
    ['warning sudo: it may run more than deploys need: everything', seen({}, rights(right('ALL'))), 'wheel'],
    ['warning sudo: it may run more than deploys need: /bin/vim', seen({}, rights(right('/bin/vim'))), 'extraRules'],
    [
      'warning sudo: it may run more than deploys need: /x/systemctl ^.*$',
      seen({}, rights(right('/x/systemctl ^.*$'))),
      'extraRules',
    ],
    [
      'note sudo: it may run systemctl with any arguments',
      seen({}, rights(right('/x/systemctl'))),
      'fleetwright.account.sudo = "exact";',
    ],
    [
      'error sudo: sudo asks for a password for nixos-rebuild',
      seen({}, rights(right('ALL', { password: true }))),
      'NOPASSWD',
    ],
    [
      'error answers: asked for what runs on it',
      { kind: 'in', look: { silent: 'x' }, examination: examined, clockOff: 0 },
      'log in by hand',
    ],
  ])('%s', (line, state, mend) => {
    const found = diagnose(watched, state).findings.find(({ level, check, message }) =>
      `${level} ${check}: ${message}`.startsWith(line),
    );
    expect(lines(diagnose(watched, state).findings).join('\n')).toContain(line);
    expect(found?.mend ?? '').toContain(mend);
  });

  it('is told to need what the config asks of it', () => {
    const none = seen({}, { may: may('switch', 'activate-flake', 'arm-reboot') });
    const errors = (at: typeof watched, state = none) =>
      lines(diagnose(at, state).findings).filter((line) => line.startsWith('error'));
    expect(errors(watched)).toEqual([]);
    expect(errors(patient({ mode: 'switch' })).join()).toContain('nixos-rebuild switch --no-reexec');
    expect(errors(patient({ watchdog: 'reboot' })).join()).toContain('systemctl reboot --when=@');
    const old = seen({ dialect: 'flake-only' }, { may: may('activate-flake') });
    expect(errors(watched, old).join()).toContain('--flake git+file://');
    expect(errors(patient({ watchdog: 'reboot' }), seen({ systemd: 253 })).join()).toContain('systemd 253 cannot');
  });

  it('with an encrypted disk is warned of the watchdog that reboots', () => {
    const found = diagnose(patient({ watchdog: 'reboot' }), seen({}, { encrypted: true })).findings;
    expect(lines(found).join()).toContain('warning watchdog: a disk is encrypted');
  });
});

describe('A host that lets nobody in', () => {
  const shown = (key: string): Knock => ({ kind: 'keys', keys: [{ type: 'ssh-ed25519', fingerprint: key }] });
  const out = (code: 'connection-lost' | 'host-key-mismatch' | 'timed-out', knock: Knock | null): Seen => ({
    kind: 'not-in',
    code,
    detail: 'no login in time',
    knock,
  });
  const strange = `SHA256:${'z'.repeat(43)}`;
  it.each<[string, Seen, string]>([
    [
      'error reach: the name 10.0.20.12 has no address',
      out('connection-lost', { kind: 'no-address', detail: 'ENOTFOUND' }),
      'hosts.wolfhound.address',
    ],
    [
      'error reach: 10.0.20.12 is up and nothing listens at port 22',
      out('connection-lost', { kind: 'no-answer', why: 'refused', detail: '' }),
      'services.openssh.enable',
    ],
    [
      'error reach: nobody answers at 10.0.20.12 port 22',
      out('timed-out', { kind: 'no-answer', why: 'silent', detail: '' }),
      'allowedTCPPorts = [ 22 ]',
    ],
    [
      'error reach: there is no way to 10.0.20.12',
      out('connection-lost', { kind: 'no-answer', why: 'unreachable', detail: 'EHOSTUNREACH' }),
      'ip route get',
    ],
    [
      'error reach: something answers at 10.0.20.12',
      out('connection-lost', { kind: 'no-ssh', detail: 'x' }),
      'hosts.wolfhound.port',
    ],
    ['error host-key: the host shows SHA256:zzz', out('host-key-mismatch', shown(strange)), `host_key: ${strange}`],
    ['error login: it answers, and a login did not end in time', out('timed-out', shown(fingerprint)), 'enable-linger'],
    ['error reach: no login in time', out('connection-lost', shown(fingerprint)), 'sshd'],
    [
      'error login: the host does not accept our key',
      { kind: 'not-in', code: 'login-refused', detail: 'the host does not accept our key', knock: null },
      'authorizedKeys',
    ],
    [
      'error login: it said: System is going down',
      { kind: 'not-in', code: 'login-refused', detail: 'it said: System is going down', knock: null },
      'shutdown -c',
    ],
    [
      'error login: there is no key to log in with',
      { kind: 'no-key', why: 'x', knock: shown(fingerprint) },
      'authorizedKeys',
    ],
  ])('%s', (line, state, mend) => {
    const { findings } = diagnose(watched, state);
    expect(lines(findings)).toHaveLength(1);
    expect(lines(findings)[0]).toContain(line);
    expect(findings[0]?.mend).toContain(mend);
  });
});

describe('The text', () => {
  it('of a good host', async () => {
    await expect(`${doctorText([diagnose(watched, seen())])}\n`).toMatchFileSnapshot('golden/good.txt');
  });

  it('of a bad host', async () => {
    const state = seen(
      { profile: other, failedUnits: ['nginx.service'], freeMiB: { nix: 700, boot: 40 }, systemd: 253 },
      { ...rights(right('/run/current-system/sw/bin/vim')), may: may('activate', 'reboot'), synchronised: false },
      -4000,
    );
    const at = patient({ watchdog: 'reboot' });
    await expect(`${doctorText([diagnose(at, state)])}\n`).toMatchFileSnapshot('golden/bad.txt');
  });

  it('keeps what a host says on one line', () => {
    const state = seen({ scheduledShutdown: 'USEC=1\nMODE=\u001b[31mreboot\u2028x' });
    const text = doctorText([diagnose(watched, state)]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}]/u);
  });
});
