import { Command } from 'commander';
import { fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import { textAt, type Tree } from '../core/tree.ts';
import { findZones } from '../dns/find-zones.ts';
import { loadZoneTexts } from '../dns/load-zone-texts.ts';
import { canonicalName } from '../dns/name.ts';
import { type RecordDifference, recordDifferences } from '../dns/record-differences.ts';
import { isRefusal } from '../core/refusal.ts';
import type { HeldRecord } from '../dns/record.ts';
import { openZone, zoneRecords, type ZoneSource } from '../dns/zone.ts';
import type { Io } from './io.ts';
import { openFolder } from './dns-places.ts';
import { openRepository } from './open-repository.ts';

interface DiffOptions {
  readonly repo: string;
  readonly zone?: string;
  readonly file?: string;
  readonly json: boolean;
}

export const diffCommand = (io: Io): Command =>
  new Command('diff')
    .description('tell which records differ between two commits; the SOA is told by `dns serial`')
    .argument('<base>', 'the commit before')
    .argument('[head]', 'the commit after; the checkout as it lies there without it')
    .option('--repo <path>', 'the checkout', '.')
    .option('--zone <zone>', 'only this zone')
    .option('--file <path>', 'only this file')
    .option('--json', 'print one {action, zone, owner, type, before, after, ttl, file, line} a line', false)
    .action(async (base: string, head: string | undefined, options: DiffOptions) => {
      const before = await recordsIn(await openRepository(options.repo, base), options);
      const after = await recordsIn(
        head === undefined ? await openFolder(options.repo) : await openRepository(options.repo, head),
        options,
      );
      for (const one of recordDifferences(before, after)) io.print(options.json ? JSON.stringify(one) : lineOf(one));
    });

async function recordsIn(tree: Tree & { close?: () => void }, options: DiffOptions): Promise<readonly HeldRecord[]> {
  const config = await textAt(tree, fleetConfigPath);
  const parsed = config === null ? null : parseFleetConfig(config);
  const sources: readonly ZoneSource[] =
    parsed?.kind === 'config'
      ? Object.entries(parsed.config.zones).map(([zone, { file }]) => ({ zone, file }))
      : await findZones(tree);
  const wanted = sources.filter(
    ({ zone, file }) =>
      (options.zone === undefined || canonicalName(zone) === canonicalName(options.zone)) &&
      (options.file === undefined || file === options.file),
  );
  const texts = await loadZoneTexts(tree, wanted);
  tree.close?.();
  return wanted.flatMap((source) => {
    const zone = openZone(source, texts);
    return isRefusal(zone) ? [] : [...zoneRecords(zone)];
  });
}

function lineOf({ action, owner, type, before, after, ttl, file, line }: RecordDifference): string {
  const mark = { create: '+', update: '~', delete: '-' }[action];
  const times = ttl.before === ttl.after ? '' : `  TTL ${ttl.before ?? '-'} -> ${ttl.after ?? '-'}`;
  const data = before === after ? before : [before, after].filter((one) => one !== null).join(' -> ');
  return `${mark} ${owner} ${type} ${data ?? ''}${action === 'update' ? times : ''}  ${file}:${line}`;
}
