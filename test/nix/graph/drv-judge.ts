import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Files = Readonly<Record<string, string>>;

/** The derivation of each machine of a fleet; null where Nix refuses the fleet. */
export type Judged = Readonly<Record<string, string>> | null;

/** Where Nix is absent there is no judge. */
export const hasNix = spawnSync('nix-instantiate', ['--version']).status === 0;

const shim = resolve('test/nix/graph/shim/judge.nix');

/** Lets Nix say what each fleet comes to: all in one run, and where one of them fails each half again. */
export function judge(fleets: readonly Files[]): Judged[] {
  const folder = mkdtempSync(join(tmpdir(), 'drv-judge-'));
  try {
    const folders = fleets.map((files, index) => {
      // The folder's own name goes into what a path within it comes to.
      const top = join(folder, String(index), 'fleet');
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(top, path)), { recursive: true });
        writeFileSync(join(top, path), text);
      }
      return top;
    });
    // One that is refused costs its whole portion a second run, so portions are small.
    const names = wordsIn(fleets);
    const portions = Array.from({ length: Math.ceil(folders.length / 24) }, (_, at) =>
      folders.slice(at * 24, at * 24 + 24),
    );
    return portions.flatMap((portion) => judged(portion, names));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every word of the fleets may be a package. */
function wordsIn(fleets: readonly Files[]): string[] {
  const words = new Set<string>();
  for (const files of fleets)
    for (const text of Object.values(files)) for (const word of text.match(/[A-Za-z_][\w-]*/g) ?? []) words.add(word);
  for (const word of ['lib', 'self', 'true', 'false', 'null', 'builtins', 'import', 'map', 'config', 'pkgs'])
    words.delete(word);
  return [...words];
}

function judged(folders: readonly string[], names: readonly string[]): Judged[] {
  const paths = folders.map((folder) => `(/. + ${JSON.stringify(folder)})`).join(' ');
  const expr = `import ${shim} { fleets = [ ${paths} ]; names = [ ${names.map((name) => JSON.stringify(name)).join(' ')} ]; }`;
  const script = join(folders[0] ?? '', '..', 'ask.nix');
  writeFileSync(script, expr);
  const ran = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', '--store', 'dummy://', script], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, HOME: join(folders[0] ?? '', '..') },
  });
  if (ran.status === 0) return JSON.parse(ran.stdout) as Judged[];
  if (folders.length === 1) {
    return [null];
  }
  const middle = folders.length >> 1;
  return [...judged(folders.slice(0, middle), names), ...judged(folders.slice(middle), names)];
}
