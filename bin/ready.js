#!/usr/bin/env node
// Makes a checkout ready to run: packages as the lock file says, and with --build the compiled program.
// Plain JavaScript on Node alone, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, 'node_modules', '.fleetwright-ready');
const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`fleetwright needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const wanted = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');

// `npm ci` runs `prepare`, which comes back here: the packages were just installed by the caller.
if (process.env.npm_lifecycle_event !== 'prepare') install();
else if (existsSync(compiler)) writeFileSync(stamp, wanted);
if (process.argv.includes('--build')) build();

function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing packages (npm ci) …');
  // npm's lifecycle variables of the outer run would make the inner one believe that it is part of it.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package|command)/.test(name)),
  );
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev'], {
    cwd: root,
    env,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (npm.status !== 0) fail('npm ci did not succeed; its own message stands above.', npm.status);
  writeFileSync(stamp, wanted);
}

function build() {
  if (!existsSync(compiler)) return; // installed without development packages: the published `dist` is used
  const tsc = spawnSync(process.execPath, [compiler, '-p', path.join(root, 'tsconfig.build.json')], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (tsc.status !== 0) fail('The program does not compile; the messages stand above.', tsc.status);
}

/** @param {string} message @param {number | null} status */
function fail(message, status) {
  console.error(message);
  process.exit(status ?? 1);
}
