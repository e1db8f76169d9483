import { cancelRun } from './cancel-run.ts';
import { compare } from './compare.ts';
import { examine } from './examine.ts';
import { fetchPage } from './fetch-page.ts';
import { findCommit } from './find-commit.ts';
import { keep, release } from './keep.ts';
import { look } from './look.ts';
import type { Program } from './program.ts';
import { reach } from './reach.ts';
import { readRun } from './read-run.ts';
import { receiveBundle } from './receive-bundle.ts';
import { runCheck } from './run-check.ts';
import { startActivation, startBuild, startFileBuild, startFlakeActivation } from './start-run.ts';
import { arm, disarm, reboot } from './watchdog.ts';

/** Every program that the bot ever runs on a host. */
export const programs: readonly Program[] = [
  look,
  examine,
  findCommit,
  receiveBundle,
  startBuild,
  startActivation,
  startFileBuild,
  startFlakeActivation,
  readRun,
  cancelRun,
  keep,
  release,
  compare,
  arm,
  disarm,
  reboot,
  reach,
  fetchPage,
  runCheck,
];
