import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import type { Finding } from '../core/finding.ts';
import type { Io } from './io.ts';

/** `{findings: [{check, level, file, line, column, message}]}` */
export const checkConfigCommand = (io: Io): Command =>
  new Command('check-config')
    .description('read a config file and say everything that is wrong with it')
    .argument('[file]', 'the file', fleetConfigPath)
    .option('--json', 'print {findings: [...]}', false)
    .action((file: string, options: { json: boolean }) => {
      if (!existsSync(file)) return io.misused(`${file} is not there. \`fleetwright init\` writes a first one.`);
      const parsed = parseFleetConfig(readFileSync(file, 'utf8'));
      const findings: readonly Finding[] = parsed.kind === 'invalid' ? parsed.findings : [];
      if (options.json) io.print(JSON.stringify({ findings }));
      else for (const { line, column, message } of findings) io.print(`${file}:${line ?? 1}:${column ?? 1} ${message}`);
      if (!options.json && findings.length === 0) io.print(`${file} is right.`);
      io.exitWith(findings.length === 0 ? 0 : 1);
    });
