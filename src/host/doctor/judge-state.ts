import type { Look } from '../look-answer.ts';
import type { WatchdogLevel } from '../machine.ts';
import type { Patient, Symptom } from './diagnosis.ts';
import type { Examination } from './examine-answer.ts';
import { symptom } from './symptom.ts';

/** What of a host's state a deploy would stumble over. An error means that a deploy would be refused or would fail. */
export function judgeState(patient: Patient, look: Look): readonly Symptom[] {
  return [
    ...systems(patient, look),
    ...versions(patient, look),
    ...disk(patient, look),
    ...detached(patient, look),
    ...units(patient, look),
    ...busy(patient, look),
  ];
}

function systems(patient: Patient, { running, profile, booted }: Look): readonly Symptom[] {
  if (running === null || profile === null) {
    const what = running === null ? '/run/current-system' : '/nix/var/nix/profiles/system';
    const mend = 'on the host: sudo nixos-rebuild boot, then reboot; a host without NixOS cannot be deployed to';
    return [symptom(patient, 'system', 'error', `${what} leads to no system`, mend)];
  }
  if (running !== profile) {
    return [
      symptom(
        patient,
        'system',
        'error',
        `what runs is not what boots: ${running} runs, ${profile} is the profile`,
        `on a pull request: /deploy ${patient.host} --adopt; or on the host, to keep what runs: sudo nixos-rebuild boot --no-reexec --store-path ${running}`,
      ),
    ];
  }
  return booted === null
    ? [symptom(patient, 'system', 'note', 'it does not tell which system it was booted with', null)]
    : [];
}

function versions(patient: Patient, { dialect, nix }: Look): readonly Symptom[] {
  const found: Symptom[] = [];
  const newer = 'NixOS: system.rebuild.enableNg = true; (nixos-rebuild-ng is the default from 25.11)';
  if (dialect === 'missing') {
    const mend = 'NixOS: system.tools.nixos-rebuild.enable = true; (system.disableInstallerTools takes it away)';
    found.push(symptom(patient, 'versions', 'error', 'there is no nixos-rebuild', mend));
  }
  if (dialect === 'flake-only') {
    const said =
      'its nixos-rebuild knows no --store-path: it can be told commits only, and is put back by the commit before';
    found.push(symptom(patient, 'versions', 'warning', said, newer));
  }
  const [major = 0, minor = 0] = (nix ?? '').split('.').map(Number);
  if (nix === null) {
    found.push(symptom(patient, 'versions', 'warning', 'it does not tell the version of Nix', null));
  } else if (major < 2 || (major === 2 && minor < 4)) {
    found.push(
      symptom(patient, 'versions', 'error', `Nix ${nix} has no flakes; 2.4 has`, 'NixOS: nix.package = pkgs.nix;'),
    );
  }
  return found;
}

function disk(patient: Patient, { freeMiB }: Look): readonly Symptom[] {
  return (['nix', 'boot'] as const).flatMap((place) => {
    const free = freeMiB[place];
    const least = patient.minFreeMiB[place];
    if (free === null)
      return [symptom(patient, 'disk', 'note', `it does not tell how much is free on /${place}`, null)];
    if (free >= 2 * least) return [];
    const mend =
      place === 'nix'
        ? 'on the host: sudo nix-collect-garbage --delete-older-than 14d; NixOS: nix.gc = { automatic = true; options = "--delete-older-than 14d"; };'
        : 'NixOS: boot.loader.systemd-boot.configurationLimit = 5; (or boot.loader.grub.configurationLimit)';
    const tooLow = free < least;
    const said = `${free} MiB are free on /${place}, ${tooLow ? 'less than' : 'not far above'} the ${least} that deploys ask for`;
    return [symptom(patient, 'disk', tooLow ? 'error' : 'warning', said, mend)];
  });
}

function detached(patient: Patient, { killsDetachedRuns }: Look): readonly Symptom[] {
  if (!killsDetachedRuns) return [];
  const { user } = patient.config;
  const said = `logind ends the processes of ${user} when its connection ends: a switch would die with a cut connection`;
  return [
    symptom(
      patient,
      'detached-runs',
      'error',
      said,
      `NixOS: users.users.${user}.linger = true; or on the host: sudo loginctl enable-linger ${user}`,
    ),
  ];
}

function units(patient: Patient, { failedUnits, restartingUnits }: Look): readonly Symptom[] {
  const found: Symptom[] = [];
  const [first] = failedUnits;
  if (first !== undefined) {
    const said = `${failedUnits.length === 1 ? 'a unit is' : `${failedUnits.length} units are`} failed: ${failedUnits.join(', ')}`;
    found.push(symptom(patient, 'units', 'warning', said, `on the host: systemctl status ${first}`));
  }
  const restarting = Object.entries(restartingUnits);
  const [flapping] = restarting;
  if (flapping !== undefined) {
    const said = `restarting over and over: ${restarting.map(([unit, count]) => `${unit} (${count} times)`).join(', ')}`;
    found.push(symptom(patient, 'units', 'warning', said, `on the host: journalctl -u ${flapping[0]} -n 50`));
  }
  return found;
}

function busy(patient: Patient, look: Look): readonly Symptom[] {
  const found: Symptom[] = [];
  if (look.scheduledShutdown !== null) {
    const said = `a shutdown is scheduled: ${look.scheduledShutdown.trim().replaceAll(/\s+/g, ' ').slice(0, 200)}`;
    found.push(symptom(patient, 'shutdown', 'error', said, 'on the host, where it is not wanted: sudo shutdown -c'));
  }
  for (const { who, why, pid } of look.shutdownInhibitors) {
    const said = `${who} (process ${pid}) keeps it from going down: ${why}`;
    found.push(symptom(patient, 'shutdown', 'note', said, 'on the host: systemd-inhibit --list'));
  }
  const by = look.foreignRebuilds.map(({ what, pid, user }) =>
    [what, ...(pid === null ? [] : [`process ${pid}`]), ...(user === null ? [] : [`of ${user}`])].join(' '),
  );
  if (by.length > 0 || look.switching) {
    const said = `a rebuild runs that may be somebody else's: ${by.length === 0 ? 'a switch' : by.join(', ')}`;
    found.push(symptom(patient, 'rebuild', 'warning', said, 'wait for it, or ask whoever began it'));
  }
  return found;
}

/** Which watchdogs could be armed on a host as it is. `--when=` of systemctl came with systemd 254. */
export function watchdogsPossible(look: Look, { may, watchdogUnit }: Examination): readonly WatchdogLevel[] {
  const reboot = may['arm-reboot'] && may['disarm-reboot'] && (look.systemd ?? 0) >= 254;
  const unit = may['arm-unit'] && may['disarm-unit'] && watchdogUnit;
  return [...(reboot ? (['reboot'] as const) : []), ...(unit ? (['unit'] as const) : [])];
}

/** What stands in the way of the watchdog that the config names; its rights are judged with the other rights. */
export function judgeWatchdog(patient: Patient, look: Look, examination: Examination): readonly Symptom[] {
  const found: Symptom[] = [];
  const { watchdog } = patient.config;
  if (watchdog === 'reboot' && look.systemd !== null && look.systemd < 254) {
    const said = `systemd ${look.systemd} cannot schedule a reboot by systemctl; 254 can`;
    const mend = `hosts.${patient.host}.watchdog: none, or a newer NixOS (23.11 has systemd 254)`;
    found.push(symptom(patient, 'watchdog', 'error', said, mend));
  }
  if (watchdog === 'reboot' && examination.encrypted) {
    const said = 'a disk is encrypted: after a reboot the host may wait for a passphrase, and the watchdog reboots it';
    const mend = `hosts.${patient.host}.watchdog: unit, and NixOS: fleetwright.account.watchdog = "unit";`;
    found.push(symptom(patient, 'watchdog', 'warning', said, mend));
  }
  if (watchdog === 'unit' && !examination.watchdogUnit) {
    const said = 'the unit fleetwright-watchdog@.service of the module is not there';
    found.push(
      symptom(
        patient,
        'watchdog',
        'error',
        said,
        'NixOS: fleetwright.account.watchdog = "unit"; then deploy once with hosts.…watchdog: none',
      ),
    );
  }
  if (watchdog === 'none') {
    const possible = watchdogsPossible(look, examination);
    const said =
      possible.length === 0
        ? 'it has no watchdog: a change that cuts it off must be mended at the host itself'
        : `it has no watchdog, and could have: ${possible.join(', ')}`;
    const [best] = [...possible].reverse();
    const mend = best === undefined ? 'NixOS: fleetwright.account.watchdog = "unit"; and' : '';
    found.push(
      symptom(patient, 'watchdog', 'note', said, `${mend} hosts.${patient.host}.watchdog: ${best ?? 'unit'}`.trim()),
    );
  }
  return found;
}
