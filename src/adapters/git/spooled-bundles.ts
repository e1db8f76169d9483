import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../core/fault.ts';
import type { CommitSha } from '../../core/names.ts';
import type { Bundle, BundleSource } from '../../host/bundle-source.ts';

/** How many files stay; a rollout needs one for each commit that its hosts had before. */
const kept = 32;
/** What is older and was never finished belongs to a process that died. */
const abandonedMs = 3_600_000;

/**
 * Makes each bundle once and reads it from a file after that: the hosts of a rollout all ask for the same one, and
 * git needs longer to make it than a host to take it. Files are whole from the moment they have their name, so any
 * number of processes may share the folder.
 */
export function spooledBundles(source: BundleSource, folder: string): BundleSource {
  const making = new Map<string, Promise<Spooled>>();

  async function make(sha: CommitSha, base: CommitSha | null): Promise<Spooled> {
    const wanted = join(folder, nameOf(sha, base));
    if (await exists(wanted)) return { file: wanted, incremental: base !== null };
    const { incremental, bytes } = await source.bundle(sha, base);
    const file = incremental ? wanted : join(folder, nameOf(sha, null));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const part = join(folder, `${randomUUID()}.part`);
    try {
      await pipeline(bytes, createWriteStream(part, { mode: 0o600 }));
      await rename(part, file);
    } finally {
      await rm(part, { force: true });
    }
    await prune(folder);
    return { file, incremental };
  }

  return {
    async bundle(sha, base): Promise<Bundle> {
      const key = nameOf(sha, base);
      const made = making.get(key) ?? make(sha, base).finally(() => making.delete(key));
      making.set(key, made);
      const { file, incremental } = await made;
      return { incremental, bytes: bytesOf(file) };
    },
  };
}

interface Spooled {
  readonly file: string;
  readonly incremental: boolean;
}

function nameOf(sha: CommitSha, base: CommitSha | null): string {
  return `${sha}-${base ?? 'full'}.bundle`;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (cause) {
    // Made long ago and removed since: asked for again, it is made again.
    throw new Fault('git-failed', 'reading a bundle', 'later', { cause });
  }
}

async function prune(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      // Another process may have removed it in this moment.
      const at = await stat(path).then(
        (seen) => seen.mtimeMs,
        () => 0,
      );
      return { path, at, part: name.endsWith('.part') };
    }),
  );
  const whole = files.filter(({ part }) => !part).sort((a, b) => b.at - a.at);
  const abandoned = files.filter(({ part, at }) => part && at < Date.now() - abandonedMs);
  await Promise.all([...whole.slice(kept), ...abandoned].map(({ path }) => rm(path, { force: true })));
}
