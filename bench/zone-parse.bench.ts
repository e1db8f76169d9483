import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { isRefusal } from '../src/core/refusal.ts';
import { parseZoneFile, zoneFileHolder } from '../src/dns/zone-file/zone-file-holder.ts';
import { type Bench, interleave, rounded } from './bench.ts';

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

/**
 * A zone of 100,000 records: our lossless parse, and parse with one edit, its proof, the serial and print, beside a
 * plain read that splits the file into lines and words, and beside BIND's reader where it is installed.
 */
export const zoneParse: Bench = {
  name: 'zone-parse',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'fleetwright-bench-'));
    try {
      const file = join(folder, 'big.zone');
      writeFileSync(file, largeZone());
      const open = () => parseZoneFile(readFileSync(file, 'utf8'), { path: file, zone });
      const times = await interleave(
        {
          split: async () =>
            readFileSync(file, 'utf8')
              .split('\n')
              .map((line) => line.split(/[ \t]+/)).length,
          parse: async () => open().entries.length,
          edit: async () => {
            const added = zoneFileHolder.apply(open(), [
              { action: 'create', zone, owner: `consul.${zone}`, type: 'A', ttl: null, data: '10.250.0.1' },
            ]);
            if (isRefusal(added)) throw new Error(added.code);
            return zoneFileHolder.print(zoneFileHolder.withSerial(added, '2026112202')).length;
          },
        },
        7,
      );
      return {
        ratio: rounded(times.parse / times.split),
        limit: 3,
        bound: 'at-most',
        unit: 'parse over split into words',
        records,
        splitMs: rounded(times.split),
        parseMs: rounded(times.parse),
        parseEditPrintMs: rounded(times.edit),
        compilezoneMs: compilezone(file),
        rssMegabytes: Math.round(process.memoryUsage().rss / 1e6),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The whole process of BIND's reader; null where it is not installed. */
function compilezone(file: string): number | null {
  try {
    const start = performance.now();
    execFileSync('named-compilezone', ['-i', 'none', '-s', 'full', '-o', '/dev/null', zone, file], { stdio: 'ignore' });
    return rounded(performance.now() - start);
  } catch {
    return null;
  }
}
