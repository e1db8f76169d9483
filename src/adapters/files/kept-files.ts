import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Small answers in files, by the question that they answer. Neither way throws: what is not there is found out again. */
export interface KeptFiles<Value> {
  load(question: readonly string[]): Promise<Value | null>;
  save(question: readonly string[], value: Value): Promise<void>;
}

export interface KeptFilesOptions<Value> {
  readonly folder: string;
  /** What made the answers: another one's are not read, and go. */
  readonly maker: string;
  /** Throws where the content is none of ours. */
  readonly parse: (content: unknown) => Value;
  /** How many stay: those that were asked for last. */
  readonly most: number;
}

/** What was begun so long ago and never finished belongs to a process that died. */
const abandonedMs = 3_600_000;

/**
 * A file is whole from the moment that it has its name, so any number of processes may share the folder. What cannot be
 * read (a disk that was full, a hand that wrote into it) counts as missing.
 */
export function keptFiles<Value>({ folder, maker, parse, most }: KeptFilesOptions<Value>): KeptFiles<Value> {
  const own = join(folder, digestOf([maker]).slice(0, 16));
  const fileOf = (question: readonly string[]) => join(own, `${digestOf(question)}.json`);
  let saved = 0;
  return {
    async load(question) {
      try {
        const file = fileOf(question);
        const value = parse(JSON.parse(await readFile(file, 'utf8')));
        const now = new Date();
        await utimes(file, now, now);
        return value;
      } catch {
        return null;
      }
    },
    async save(question, value) {
      const part = join(own, `${randomUUID()}.part`);
      try {
        await mkdir(own, { recursive: true, mode: 0o700 });
        await writeFile(part, JSON.stringify(value), { mode: 0o600 });
        await rename(part, fileOf(question));
        // Looking at every file costs more than writing one.
        if (saved++ % 50 === 0) await prune(folder, own, most);
      } catch {
        await rm(part, { force: true }).catch(() => undefined);
      }
    },
  };
}

function digestOf(words: readonly string[]): string {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word.length}:${word}`);
  return hash.digest('hex');
}

async function prune(folder: string, own: string, most: number): Promise<void> {
  const makers = (await readdir(folder)).map((name) => join(folder, name));
  await Promise.all(makers.filter((one) => one !== own).map((one) => rm(one, { recursive: true, force: true })));
  const files = await Promise.all(
    (await readdir(own)).map(async (name) => {
      const path = join(own, name);
      // Another process may have removed it in this moment.
      const at = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      return { path, at, part: name.endsWith('.part') };
    }),
  );
  const whole = files.filter(({ part }) => !part).sort((a, b) => b.at - a.at);
  const abandoned = files.filter(({ part, at }) => part && at < Date.now() - abandonedMs);
  await Promise.all([...whole.slice(most), ...abandoned].map(({ path }) => rm(path, { force: true })));
}
