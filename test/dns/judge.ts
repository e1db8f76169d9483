import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mkdirSync } from 'node:fs';

/** BIND's own reading of a zone, the judge over ours. `-i local`: it never asks the network. */
export const judgeInstalled = ((): boolean => {
  try {
    execFileSync('named-compilezone', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export const judgeMissing = 'named-compilezone (Debian: bind9-utils) is not installed, and it is the judge here';

export interface Verdict {
  readonly valid: boolean;
  /** One canonical line a record, sorted. */
  readonly lines: readonly string[];
  readonly said: string;
}

/** What named makes of the text; other files that it includes lie beside it. */
export function judge(text: string, zone: string, beside: Readonly<Record<string, string>> = {}): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'zone-judge-'));
  try {
    const file = join(folder, 'the.zone');
    writeFileSync(file, text);
    for (const [path, content] of Object.entries(beside)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    // `-k ignore`: owner names such as `0/25` and `_x` are allowed in zones that nobody asks for addresses.
    const out = execFileSync(
      'named-compilezone',
      ['-k', 'ignore', '-i', 'local', '-s', 'full', '-f', 'text', '-o', '-', zone, file],
      {
        cwd: folder,
        encoding: 'latin1',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 20_000,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    const lines = out.split('\n').flatMap((line) => {
      const squeezed = line.replace(/\s+/g, ' ').trim();
      return squeezed === '' || squeezed.startsWith(';') ? [] : [squeezed];
    });
    return { valid: true, lines: lines.sort(), said: '' };
  } catch (error) {
    const stderr =
      typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error);
    const stdout = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
    return { valid: false, lines: [], said: (stderr + stdout).trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines that went and came between two verdicts, the SOA left out. */
export function verdictDifference(
  before: Verdict,
  after: Verdict,
): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const soa = / IN SOA /;
  const gone = [...before.lines].filter((line) => !soa.test(line));
  const come: string[] = [];
  for (const line of after.lines) {
    if (soa.test(line)) continue;
    const at = gone.indexOf(line);
    if (at < 0) come.push(line);
    else gone.splice(at, 1);
  }
  return { gone, come };
}
