import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ssh2 from 'ssh2';
import { type CommitSha, parseCommitSha, parseRepositoryName, type StorePath } from '../../../src/core/names.ts';
import type { PracticeHost } from '../../../src/demo/hosts/practice-host.ts';
import {
  type PracticeHosts,
  type PracticeHostsOptions,
  startPracticeHosts,
} from '../../../src/demo/hosts/start-practice-hosts.ts';
import { argvOf, type RemoteCommand } from '../../../src/host/remote-command.ts';
import { parseAttribute, slugOf } from '../../../src/host/remote-names.ts';
import { parseRun, type RunReading } from '../../../src/host/run-answer.ts';
import { shellLine } from '../../../src/host/shell-words.ts';

export interface RawAnswer {
  /** Null: the channel closed without an exit status. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One connection, spoken by ssh2 alone: nothing of the product is between the test and the practice host. */
export interface RawConnection {
  exec(line: string, input?: Buffer): Promise<RawAnswer>;
  send(command: RemoteCommand, input?: Buffer): Promise<RawAnswer>;
  readonly closed: Promise<void>;
  end(): void;
  readonly client: ssh2.Client;
}

export function connect(host: PracticeHost, privateKey: string, more: ssh2.ConnectConfig = {}): Promise<RawConnection> {
  const client = new ssh2.Client();
  const closed = new Promise<void>((resolve) => client.on('close', () => resolve()));
  const exec = (line: string, input?: Buffer): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      client.exec(line, (error, channel) => {
        if (error !== undefined) return reject(error);
        let code: number | null = null;
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        channel.on('data', (bytes: Buffer) => out.push(bytes));
        channel.stderr.on('data', (bytes: Buffer) => err.push(bytes));
        channel.on('exit', (status: number | null) => {
          code = status;
        });
        channel.on('close', () => {
          resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
        });
        channel.end(input);
      });
    });
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('close', () => reject(new Error('closed without an error')));
    client.on('ready', () => {
      client.setNoDelay(true);
      resolve({
        exec,
        send: (command, input) => exec(shellLine(argvOf(command)), input),
        closed,
        end: () => client.end(),
        client,
      });
    });
    client.connect({
      host: host.address,
      port: host.port,
      username: host.user,
      privateKey,
      readyTimeout: 5000,
      hostHash: 'sha256',
      ...more,
    });
  });
}

/** A repository to deploy from, made of the sample fleet or of given files. */
export interface FleetRepository {
  readonly folder: string;
  commit(changes: Readonly<Record<string, string | null>>, message?: string): CommitSha;
  textAt(path: string): string;
  bundle(sha: CommitSha, base?: CommitSha): Buffer;
}

const name = parseRepositoryName('robin/fleet');
if (name === null) throw new Error('a repository name');
export const slug = slugOf(name);

export function attribute(text: string): NonNullable<ReturnType<typeof parseAttribute>> {
  const parsed = parseAttribute(text);
  if (parsed === null) throw new Error(`not an attribute: ${text}`);
  return parsed;
}

export function sampleRepository(scratch: string): FleetRepository {
  const folder = join(scratch, 'fleet');
  cpSync(join(import.meta.dirname, '../../../examples/fleet'), folder, { recursive: true });
  const identity = ['-c', 'user.name=Robin', '-c', 'user.email=robin@fleet.lan', '-c', 'commit.gpgsign=false'];
  const git = (...words: string[]): Buffer => execFileSync('git', ['-C', folder, ...identity, ...words]);
  git('init', '--quiet', '-b', 'main');
  return {
    folder,
    textAt: (path) => readFileSync(join(folder, path), 'utf8'),
    commit(changes, message = 'Change') {
      for (const [path, text] of Object.entries(changes)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        if (text === null) rmSync(file);
        else writeFileSync(file, text);
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      const sha = parseCommitSha(git('rev-parse', 'HEAD').toString().trim());
      if (sha === null) throw new Error('git gave no commit id');
      return sha;
    },
    bundle(sha, base) {
      git('update-ref', `refs/fleetwright/ship/${sha}`, sha);
      const range = base === undefined ? [] : [`^${base}`];
      return git('bundle', 'create', '--quiet', '-', ...range, `refs/fleetwright/ship/${sha}`);
    },
  };
}

export const sampleHosts = [
  { name: 'griffin', addresses: ['10.0.10.11', '10.0.20.11'] },
  { name: 'wolfhound', addresses: ['10.0.10.12', '10.0.20.12'] },
  { name: 'blackjack', addresses: ['10.0.10.13', '10.0.20.13'] },
  { name: 'anubis', addresses: ['10.0.10.14', '10.0.20.14'] },
  { name: 'kestrel', addresses: ['10.0.10.15', '10.0.30.15'] },
] as const;

/** Practice hosts that run the sample fleet's first commit, and a client for them. */
export interface Practice {
  readonly hosts: PracticeHosts;
  readonly repository: FleetRepository;
  readonly first: CommitSha;
  connect(name: string, more?: ssh2.ConnectConfig): Promise<RawConnection>;
  close(): Promise<void>;
}

export async function startPractice(
  names: readonly string[],
  options: Partial<PracticeHostsOptions> = {},
): Promise<Practice> {
  const scratch = mkdtempSync(join(tmpdir(), 'fleetwright-practice-'));
  const repository = sampleRepository(scratch);
  const first = repository.commit({}, 'The fleet as it is');
  const hosts = await startPracticeHosts({
    hosts: sampleHosts.filter((host) => names.includes(host.name)),
    stateFolder: join(scratch, 'hosts'),
    initial: { repository: repository.folder, sha: first },
    ...options,
  });
  const open: RawConnection[] = [];
  return {
    hosts,
    repository,
    first,
    async connect(host, more) {
      const connection = await connect(hosts.host(host), hosts.clientKey?.private ?? '', more);
      // A cut that a test arranges ends the connection with an error; the test looks at what it waits for.
      connection.client.on('error', () => undefined);
      open.push(connection);
      return connection;
    },
    async close() {
      for (const connection of open) connection.end();
      await hosts.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Ships a commit and builds it; the run's last reading. */
export async function shipAndBuild(
  practice: Practice,
  connection: RawConnection,
  host: string,
  sha: CommitSha,
): Promise<RunReading> {
  const found = await connection.send({ kind: 'find-commit', repository: slug, sha });
  if (found.stdout !== 'present\n') {
    const base = parseCommitSha(/^base (\w+)\n$/.exec(found.stdout)?.[1] ?? '');
    const bundle = practice.repository.bundle(sha, base ?? undefined);
    const received = await connection.send({ kind: 'receive-bundle', token: 1, repository: slug, sha }, bundle);
    if (received.stdout !== 'received\n') throw new Error(`not received: ${JSON.stringify(received)}`);
  }
  const run = `build-${sha.slice(0, 12)}`;
  const started = {
    kind: 'start-build',
    run,
    token: 1,
    repository: slug,
    sha,
    attribute: attribute(host),
    flag: '--no-reexec',
  } as const;
  await connection.send(started);
  return follow(connection, run);
}

export async function activate(
  connection: RawConnection,
  action: 'test' | 'boot',
  path: StorePath,
  run = `${action}-${Math.random().toString(36).slice(2)}`,
): Promise<RunReading> {
  await connection.send({ kind: 'start-activation', run, token: 1, action, path });
  return follow(connection, run);
}

/** Reads a run until it no longer runs; the chunk of the answer is the whole log. */
export async function follow(connection: RawConnection, run: string): Promise<RunReading> {
  for (;;) {
    const answer = await connection.send({ kind: 'read-run', run, offset: 0, limit: 1_000_000, seconds: 0 });
    const reading = parseRun(answer.stdout);
    if (reading === null) throw new Error(`not a run: ${JSON.stringify(answer)}`);
    if (reading.state.kind !== 'running') return reading;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function logOf(reading: RunReading): string {
  return Buffer.from(reading.chunk).toString('utf8');
}
