import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../core/fault.ts';

/** BullMQ asks for 6.2 (its `recommendedMinimumVersion`); Valkey began at 7.2. */
const oldest = [6, 2] as const;

/**
 * The first program in the folders that runs and is new enough, or null. One that is there and does not run is passed
 * over: it is a broken installation, not somebody's wish. `needed`: none is a fault that says where it was looked for.
 */
export async function findRedisProgram(folders: readonly string[], needed: boolean): Promise<string | null> {
  for (const name of ['valkey-server', 'redis-server']) {
    for (const folder of folders) {
      const program = path.join(folder, name);
      const runnable = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runnable && isNewEnough(await versionLine(program))) return program;
    }
  }
  if (!needed) return null;
  throw new Fault('store-unavailable', 'looking for redis-server or valkey-server', 'never', {
    detail: `none of version ${oldest.join('.')} or newer in ${folders.join(':') || 'an empty PATH'}`,
  });
}

/** Whether `--version`'s line (`Redis server v=7.0.15 sha=…`, `Valkey server v=8.1.0 …`) names a version we can use. */
export function isNewEnough(line: string): boolean {
  const found = /\bv=(\d+)\.(\d+)/.exec(line);
  if (found === null) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function versionLine(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: 5_000, env: {} }, (error, stdout) => resolve(error ? '' : stdout));
  });
}
