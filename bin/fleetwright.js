#!/usr/bin/env node
// The command itself is compiled; in a checkout `prepare` (npm ci) compiles it.
import { existsSync } from 'node:fs';
import process from 'node:process';

const program = new URL('../dist/src/cli.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error('fleetwright is not compiled yet: run `npm ci` or `npm run prepare` first.');
  process.exitCode = 2;
}
