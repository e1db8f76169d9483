import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import process from 'node:process';

/** Longer than any start takes, so that a number that another process has by now does not keep the lock for ever. */
const staleAfterMs = 120_000;

/**
 * Runs `work` while no other process on this machine runs it for the same file, or returns `busy`.
 * A lock whose process is gone is taken over. (Node has no flock; the exclusive file is the portable way.)
 */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T | 'busy'> {
  const owner = `${process.pid} ${randomUUID()}`;
  if (!(await create(file, owner))) {
    await removeIfStale(file);
    return 'busy';
  }
  try {
    return await work();
  } finally {
    if ((await readFile(file, 'utf8').catch(() => '')) === owner) await rm(file, { force: true });
  }
}

/** By a link, so that the file never exists without its owner's number in it. */
async function create(file: string, owner: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, owner, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves it aside first: of several that find it stale only one moves it, and what was moved is looked at again. */
async function removeIfStale(file: string): Promise<void> {
  const owner = await readFile(file, 'utf8').catch(() => null);
  if (owner === null || !(await isStale(file, owner))) return;
  const aside = `${file}.${randomUUID()}`;
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  // A fresh lock came between the look and the move: it goes back.
  if ((await readFile(aside, 'utf8').catch(() => owner)) !== owner) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function isStale(file: string, owner: string): Promise<boolean> {
  const written = await stat(file).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - written > staleAfterMs) return true;
  try {
    process.kill(Number.parseInt(owner, 10), 0);
    return false;
  } catch (error) {
    // EPERM: it lives, as another user.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
