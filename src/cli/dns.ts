import { Command } from 'commander';
import { diffCommand } from './dns-diff.ts';
import { addCommand, removeCommand, setCommand } from './dns-edit.ts';
import { checkCommand, getCommand, listCommand, serialCommand } from './dns-read.ts';
import type { Io } from './io.ts';

const examples = `
Examples:
  fleetwright dns list --repo . --json
  fleetwright dns add grafana A 10.0.20.30 --zone fleet.lan --write
  fleetwright dns set grafana.fleet.lan A 10.0.20.31 --ttl 1h
  fleetwright dns remove grafana A --file zones/fleet.lan.zone --zone fleet.lan
  fleetwright dns add @ TXT "v=spf1 -all" --file db.example.org
  fleetwright dns diff main

Without --write an edit prints its diff, which \`git apply\` takes. Every changed zone gets its next serial, once.
Zones come from .github/fleetwright.yml; without one, they are found in the files.
Exit codes: 0 it went well, 1 it was refused or there are findings, 2 it was called wrongly.`;

/** Everything that the bot does with DNS, on a checkout. */
export const dnsCommand = (io: Io): Command =>
  new Command('dns')
    .description('read and change the DNS records of a checkout')
    .addHelpText('after', examples)
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(addCommand(io))
    .addCommand(setCommand(io))
    .addCommand(removeCommand(io))
    .addCommand(checkCommand(io))
    .addCommand(diffCommand(io))
    .addCommand(serialCommand(io));
