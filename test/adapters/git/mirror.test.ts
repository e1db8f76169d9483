import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitMirror } from '../../../src/adapters/git/mirror.ts';
import { mirrorEnvironment } from '../../../src/adapters/git/mirror-git.ts';
import type { CommitSha } from '../../../src/core/names.ts';
import type { Bundle } from '../../../src/host/bundle-source.ts';

const programFolders = ['/usr/local/bin', '/usr/bin', '/bin'];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetwright-mirror-'));
  git('init', '--quiet', '-b', 'main', origin());
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const origin = (): string => join(folder, 'origin');

function git(...words: string[]): string {
  return execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function commit(text: string): CommitSha {
  git('-C', origin(), 'commit', '--quiet', '--allow-empty', '-m', text);
  return git('-C', origin(), 'rev-parse', 'HEAD') as CommitSha;
}

function mirror(more: Partial<Parameters<typeof gitMirror>[0]> = {}) {
  return gitMirror({
    folder: join(folder, 'mirrors', 'acme~fleet.git'),
    url: `file://${origin()}`,
    credentials: async () => null,
    programFolders,
    ...more,
  });
}

async function bytesOf(bundle: Bundle): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bundle.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a host does with it: null where git does not take it. */
async function taken(host: string, bundle: Bundle, sha: CommitSha): Promise<string | null> {
  const file = join(folder, 'received');
  await writeFile(file, await bytesOf(bundle));
  git('init', '--quiet', '--bare', host);
  try {
    git('-C', host, 'fetch', '--quiet', file, `+refs/fleetwright/ship/${sha}:refs/fleetwright/last`);
  } catch {
    return null;
  }
  return git('-C', host, 'rev-parse', 'refs/fleetwright/last');
}

describe('A mirror', () => {
  it('gives a host its first commit as a whole and the next as a difference', async () => {
    const first = commit('one');
    const source = mirror();
    const host = join(folder, 'host.git');
    const whole = await source.bundle(first, null);
    expect(whole.incremental).toBe(false);
    expect(await taken(host, whole, first)).toBe(first);
    const second = commit('two');
    const difference = await source.bundle(second, first);
    expect(difference.incremental).toBe(true);
    expect(await taken(join(folder, 'other.git'), await source.bundle(second, first), second)).toBeNull();
    expect(await taken(host, difference, second)).toBe(second);
  });

  it('gives everything where it does not know what the host has, or the host has more than the commit', async () => {
    const first = commit('one');
    const second = commit('two');
    const unknown = 'f'.repeat(40) as CommitSha;
    expect((await mirror().bundle(second, unknown)).incremental).toBe(false);
    const older = await mirror().bundle(first, second);
    expect(older.incremental).toBe(false);
    expect(await taken(join(folder, 'host.git'), older, first)).toBe(first);
  });

  it('finds a commit that only a pull request names', async () => {
    commit('one');
    git('-C', origin(), 'checkout', '--quiet', '--detach');
    const head = commit('proposed');
    git('-C', origin(), 'checkout', '--quiet', 'main');
    git('-C', origin(), 'update-ref', 'refs/pull/7/head', head);
    expect(await taken(join(folder, 'host.git'), await mirror().bundle(head, null), head)).toBe(head);
  });

  it('says that the repository does not hold a commit', async () => {
    commit('one');
    await expect(mirror().bundle('e'.repeat(40) as CommitSha, null)).rejects.toMatchObject({ code: 'git-failed' });
  });

  it('says that the repository cannot be reached, and tries again when it is asked again', async () => {
    const sha = commit('one');
    const away = mirror({ url: `file://${folder}/nowhere` });
    await expect(away.bundle(sha, null)).rejects.toMatchObject({ code: 'git-failed', retry: 'later' });
    expect((await mirror().bundle(sha, null)).incremental).toBe(false);
  });

  it('says so where there is no git', async () => {
    const sha = commit('one');
    await expect(mirror({ programFolders: [folder] }).bundle(sha, null)).rejects.toMatchObject({ code: 'git-failed' });
  });

  it('asks for credentials only when it must fetch, and fetches once for all who ask at once', async () => {
    const sha = commit('one');
    let asked = 0;
    const source = mirror({
      credentials: async () => {
        asked += 1;
        return { user: 'x-access-token', password: 'secret' };
      },
    });
    await Promise.all(Array.from({ length: 5 }, () => source.bundle(sha, null)));
    expect(asked).toBe(1);
  });

  it('runs no helper that an address names', async () => {
    const sha = commit('one');
    await expect(mirror({ url: 'ext::sh -c "exit 1"' }).bundle(sha, null)).rejects.toMatchObject({
      code: 'git-failed',
    });
  });

  it('ends with a fault where git breaks in the middle of a bundle', async () => {
    const sha = commit('one');
    const fake = join(folder, 'fake');
    await mkdir(fake);
    const script = `#!/bin/sh\ncase "$*" in *bundle*) printf half; echo broken >&2; exit 128 ;; esac\nexec /usr/bin/git "$@"\n`;
    await writeFile(join(fake, 'git'), script);
    await chmod(join(fake, 'git'), 0o755);
    const bundle = await mirror({ programFolders: [fake, ...programFolders] }).bundle(sha, null);
    await expect(bytesOf(bundle)).rejects.toMatchObject({ code: 'git-failed', retry: 'never' });
  });
});

describe('Credentials', () => {
  it('reach the server that they are for, and no argument of any process', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/fleet.git`;
    const source = mirror({ url, credentials: async () => ({ user: 'x-access-token', password: 'secret' }) });
    const failed = source.bundle('a'.repeat(40) as CommitSha, null);
    await expect(failed).rejects.toMatchObject({ code: 'git-failed' });
    await expect(failed).rejects.not.toThrow(/secret|eC1hY2Nlc3M/);
    server.close();
    expect(new Set(seen)).toEqual(new Set([`Basic ${Buffer.from('x-access-token:secret').toString('base64')}`]));
  });

  it('are bound to the address', () => {
    const environment = mirrorEnvironment([], 'https://github.com/acme/fleet.git', { user: 'u', password: 'p' });
    const key = Object.entries(environment).find(([, value]) => value.includes('extraHeader'));
    expect(key?.[1]).toBe('http.https://github.com/acme/fleet.git.extraHeader');
    expect(Object.values(mirrorEnvironment([])).join(' ')).not.toContain('extraHeader');
  });
});

describe('a commit that is read in the mirror', () => {
  async function filesOf(sha: CommitSha, made = mirror()): Promise<Readonly<Record<string, string>>> {
    const opened = await made.open(sha);
    try {
      const entries = await opened.tree.list();
      const texts = entries.map(async ({ path, blob }) => [
        path,
        new TextDecoder().decode(await opened.tree.read(blob)),
      ]);
      return Object.fromEntries(await Promise.all(texts)) as Readonly<Record<string, string>>;
    } finally {
      opened.close();
    }
  }
  async function commitFile(name: string, text: string): Promise<CommitSha> {
    await writeFile(join(origin(), name), text);
    git('-C', origin(), 'add', '.');
    return commit(`Write ${name}`);
  }

  it('is whole, with the id of its files and its first parent', async () => {
    const first = await commitFile('a.nix', '{ }');
    const second = await commitFile('b.nix', '[ ]');
    const opened = await mirror().open(second);
    opened.close();
    expect(opened.treeId).toBe(git('-C', origin(), 'rev-parse', `${second}^{tree}`));
    expect(opened.firstParent).toBe(first);
    expect(await filesOf(second)).toEqual({ 'a.nix': '{ }', 'b.nix': '[ ]' });
    expect(await filesOf(first)).toEqual({ 'a.nix': '{ }' });
  });

  it('needs no fetch a second time', async () => {
    const sha = await commitFile('a.nix', '{ }');
    await filesOf(sha);
    const offline = mirror({ url: `file://${folder}/gone` });
    expect(await filesOf(sha, offline)).toEqual({ 'a.nix': '{ }' });
  });

  it('that nobody has is a fault', async () => {
    await commitFile('a.nix', '{ }');
    await expect(mirror().open('0123456789abcdef0123456789abcdef01234567' as CommitSha)).rejects.toMatchObject({
      code: 'git-failed',
    });
  });
});
