import { fleetConfigShape, type HostConfig } from '../../../src/config/fleet-config.ts';
import { parseHostName } from '../../../src/core/names.ts';
import type { Patient, Seen } from '../../../src/host/doctor/diagnosis.ts';
import type { Examination } from '../../../src/host/doctor/examine-answer.ts';
import { printSudoList, type Right } from '../../../src/host/doctor/sudo-list.ts';
import type { Look } from '../../../src/host/look-answer.ts';
import { type RootCommandName, rootCommandNames } from '../../../src/host/root-commands.ts';
import { sudoRules } from '../../../src/host/sudo-rules.ts';
import { healthy } from '../fake-link.ts';

export const fingerprint = `SHA256:${'k'.repeat(43)}`;

export function patient(more: Partial<Record<keyof HostConfig, unknown>> = {}): Patient {
  const host = parseHostName('wolfhound');
  const written = { address: '10.0.20.12', host_key: fingerprint, ...more };
  const config = host === null ? undefined : fleetConfigShape.parse({ hosts: { wolfhound: written } }).hosts[host];
  if (host === null || config === undefined) throw new Error('a host');
  return { host, config, minFreeMiB: { nix: 1024, boot: 32 } };
}

export const right = (command: string, more: Partial<Right> = {}): Right => ({
  command,
  negated: false,
  runAs: ['root'],
  password: false,
  ...more,
});

export const exactRights = sudoRules('wolfhound').map((rule) =>
  right(`/run/current-system/sw/bin/${rule.program} ${rule.arguments}`),
);

export const may = (...not: readonly RootCommandName[]): Examination['may'] =>
  Object.fromEntries(rootCommandNames.map((name) => [name, !not.includes(name)])) as Record<RootCommandName, boolean>;

export const examined: Examination = {
  clock: 1_763_830_000,
  synchronised: true,
  programs: { sudo: true, git: true, flock: true, setsid: true, nix: true, 'nixos-rebuild': true },
  sudo: '1.9.17p2',
  nixos: '26.05.20260101.abcdef0',
  lingers: true,
  watchdogUnit: true,
  encrypted: false,
  home: true,
  rights: printSudoList(exactRights),
  may: may(),
};

export function seen(look: Partial<Look> = {}, examination: Partial<Examination> = {}, clockOff = 0): Seen {
  return { kind: 'in', look: { ...healthy, ...look }, examination: { ...examined, ...examination }, clockOff };
}
