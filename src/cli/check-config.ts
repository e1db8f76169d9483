import { readFileSync } from 'node:fs';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import type { Finding } from '../core/finding.ts';

/** Judges a config file on disk. Gives the exit code. */
export function checkConfig(file: string, json: boolean, print: (line: string) => void): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    print(json ? JSON.stringify({ findings: [], error: `${file} cannot be read` }) : `${file} cannot be read.`);
    return 2;
  }
  const parsed = parseFleetConfig(text);
  const findings: readonly Finding[] = parsed.kind === 'invalid' ? parsed.findings : [];
  if (json) print(JSON.stringify({ findings }));
  else for (const { line, column, message } of findings) print(`${file}:${line ?? 1}:${column ?? 1} ${message}`);
  if (!json && findings.length === 0) print(`${file} is right.`);
  return findings.length === 0 ? 0 : 1;
}
