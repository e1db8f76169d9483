import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Bench, interleave, median, rounded } from './bench.ts';

const records = 100_000;
const zone = 'big.example.';

/** Lines as people write them, of the types that they write. */
function largeZone(): string {
  const lines = [
    '$TTL 3600',
    '@ IN SOA ns1 hostmaster 2026112201 7200 3600 1209600 300',
    '@ IN NS ns1',
    'ns1 IN A 192.0.2.1',
  ];
  for (let at = 0; lines.length < records; at += 1) {
    const kind = at % 20;
    if (kind < 10) lines.push(`host${at}\tIN\tA\t10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    else if (kind < 14)
      lines.push(`v6-${at} 300 IN AAAA 2001:db8::${(at >> 16).toString(16)}:${(at & 65_535).toString(16)}`);
    else if (kind < 17) lines.push(`alias${at} IN CNAME host${at - kind}`);
    else if (kind < 18) lines.push(`txt${at} IN TXT "v=spf1 include:_spf.example.com; -all"`);
    else if (kind < 19) lines.push(`caa${at} IN CAA 0 issue "letsencrypt.org"`);
    else lines.push(`mx${at} IN MX 10 host${at - kind}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What an edit may take of the process that only parses, with dnsz. */
const mostTime = 0.6;
const mostMegabytes = 120;

/**
 * A zone of 100,000 records, in whole processes with Node's start: our lossless parse with one edit, its proof, the
 * serial and print, beside dnsz, a process that only reads and splits the lines, and the readers of two name servers
 * where they are installed. Judged by whichever of time and memory is nearer to its bound.
 */
export const zoneParse: Bench = {
  name: 'zone-parse',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'fleetwright-bench-'));
    try {
      const file = join(folder, 'big.zone');
      writeFileSync(file, largeZone());
      const memory = new Map<string, number[]>();
      const measured = (name: string, words: readonly string[]) => async (): Promise<void> => {
        memory.set(name, [...(memory.get(name) ?? []), peakOf(words)]);
      };
      const own = fileURLToPath(new URL('./zone-edit-process.js', import.meta.url));
      const read = `require('fs').readFileSync(${JSON.stringify(file)},'utf8')`;
      const dnsz = `const{parseZone}=await import('dnsz');parseZone(${read})`;
      const split = `${read}.split('\\n').map((line)=>line.split(/[ \\t]+/))`;
      const times = await interleave(
        {
          edit: measured('edit', [own, file, zone, join(folder, 'out.zone')]),
          dnsz: measured('dnsz', ['-e', `(async()=>{${dnsz}})()`]),
          split: measured('split', ['-e', split]),
          bare: measured('bare', ['-e', '0']),
        },
        7,
      );
      const peak = (name: string): number => median(memory.get(name) ?? [0]);
      const [time, space] = [times.edit / times.dnsz / mostTime, peak('edit') / mostMegabytes];
      return {
        ratio: rounded(Math.max(time, space)),
        limit: 1,
        bound: 'at-most',
        unit: `time of the edit over dnsz within ${mostTime}, or memory within ${mostMegabytes} MB: the nearer one`,
        records,
        overDnsz: rounded(times.edit / times.dnsz),
        milliseconds: Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, rounded(ms)])),
        megabytes: Object.fromEntries([...memory.keys()].map((name) => [name, Math.round(peak(name))])),
        compilezoneMs: timeOf('named-compilezone', ['-i', 'local', '-s', 'full', '-o', '/dev/null', zone, file]),
        checkzoneMs: timeOf('nsd-checkzone', [zone, file]),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Said by the process itself as it ends: the most memory that it held, in kilobytes. */
const tellPeak = `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))`;

/** Runs Node and returns the most memory that the process held, in megabytes. */
function peakOf(words: readonly string[]): number {
  const run = spawnSync(process.execPath, ['--import', tellPeak, ...words], { encoding: 'utf8' });
  const peak = /peak (\d+)/.exec(run.stderr)?.[1];
  if (run.status !== 0 || peak === undefined) throw new Error(run.stderr);
  return Number(peak) / 1000;
}

/** The whole process of a name server's reader; null where it is not installed. */
function timeOf(program: string, words: readonly string[]): number | null {
  try {
    const start = performance.now();
    execFileSync(program, words, { stdio: 'ignore' });
    return rounded(performance.now() - start);
  } catch {
    return null;
  }
}
