import { coveringRight } from '../../host/doctor/covering-right.ts';
import { printExamination } from '../../host/doctor/examine-answer.ts';
import { sampleValues } from '../../host/doctor/sample-values.ts';
import { printSudoList, type Right } from '../../host/doctor/sudo-list.ts';
import { asRoot, type RootCommandName, rootCommandNames, rootCommands } from '../../host/root-commands.ts';
import { sudoRules } from '../../host/sudo-rules.ts';
import type { PracticeMachine } from './practice-machine.ts';

/** What a practice host says of its clock, its programs and its sudo rules. */
export function examineHost(machine: PracticeMachine): string {
  const { failures } = machine;
  const rights = failures.of('sudo-rules')[0]?.rights ?? exactRights(machine.name);
  const off = failures.of('clock-off')[0];
  const may = rootCommandNames.map((name) => [name, covers(rights, name, machine.memory.running)] as const);
  return printExamination({
    clock: Math.floor(Date.now() / 1000) + (off?.seconds ?? 0),
    synchronised: off === undefined,
    programs: { sudo: true, git: true, flock: true, setsid: true, nix: true, 'nixos-rebuild': true },
    sudo: '1.9.17',
    nixos: '26.05',
    lingers: failures.of('kills-detached-runs').length === 0,
    watchdogUnit: true,
    encrypted: false,
    home: true,
    rights: rights.every(({ password }) => password) ? null : printSudoList(rights),
    may: Object.fromEntries(may) as Record<RootCommandName, boolean>,
  });
}

function exactRights(name: string): readonly Right[] {
  return sudoRules(name).map((rule) => ({
    command: `/run/current-system/sw/bin/${rule.program} ${rule.arguments}`,
    negated: false,
    runAs: ['root'],
    password: false,
  }));
}

function covers(rights: readonly Right[], name: RootCommandName, running: string): boolean {
  const [program = '', ...words] = asRoot(rootCommands[name], sampleValues({ path: running })).slice(2);
  return coveringRight(rights, program, words)?.negated === false;
}
