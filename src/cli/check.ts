import { Command } from 'commander';
import type { Finding } from '../core/finding.ts';
import type { Tree } from '../core/tree.ts';
import { loadZoneTexts } from '../dns/load-zone-texts.ts';
import { type CheckedRepository, checkRepository } from '../fleet/check/repository-findings.ts';
import { findingsSince } from '../fleet/check/findings-since.ts';
import { sortedFindings } from '../fleet/check/sorted-findings.ts';
import { judge } from '../guard/list.ts';
import { changedFiles } from '../jobs/changed-files.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

interface CheckOptions {
  readonly base?: string;
  readonly repo: string;
  readonly json: boolean;
  readonly strict: boolean;
}

/** `{findings: [{check, level, host?, file?, line?, message}]}` */
export const checkCommand = (io: Io): Command =>
  new Command('check')
    .description('say everything that is wrong in a config repository: Nix, zones, its config file, conflicts')
    .option('--base <commit>', 'only what is new since that commit, and what the guards of a pull request say of it')
    .option('--repo <path>', 'the checkout', '.')
    .option('--strict', 'end with 1 for notes too', false)
    .option('--json', 'print {findings: [...]}', false)
    .action(async (options: CheckOptions) => {
      const tree = await openRepository(options.repo);
      const base = options.base === undefined ? null : await openRepository(options.repo, options.base);
      const checked = await checkRepository(tree);
      const findings = base === null ? checked.findings : await newSince(base, tree, checked);
      tree.close();
      base?.close();
      if (options.json) io.print(JSON.stringify({ findings: findings.map(shown) }));
      else for (const line of lines(findings)) io.print(line);
      // A note tells what was not read or what may well be meant: nobody's build should stop for it unasked.
      io.exitWith(findings.some(({ level }) => options.strict || level !== 'note') ? 1 : 0);
    });

async function newSince(base: Tree, tree: Tree, checked: CheckedRepository): Promise<readonly Finding[]> {
  const old = await checkRepository(base);
  const known = new Set(old.zones.map(({ zone, file }) => `${zone} ${file}`));
  const zones = [...old.zones, ...checked.zones.filter(({ zone, file }) => !known.has(`${zone} ${file}`))];
  const [before, after] = await Promise.all([loadZoneTexts(base, zones), loadZoneTexts(tree, zones)]);
  const files = await changedFiles(base, tree);
  const zoneTexts = { before, after, current: before };
  const judged = judge({ files, zones, zoneTexts, now: Date.now() });
  return sortedFindings([...findingsSince(old.findings, checked.findings), ...judged]);
}

function shown({ check, level, host, file, line, message }: Finding): Finding {
  return {
    check,
    level,
    ...(host === undefined ? {} : { host }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    message,
  };
}

function lines(findings: readonly Finding[]): readonly string[] {
  const out: string[] = [];
  let file: string | undefined = '';
  for (const finding of findings) {
    if (finding.file !== file) out.push(finding.file ?? 'no file of its own');
    file = finding.file;
    const place =
      finding.line === undefined ? '' : `${finding.line}${finding.column === undefined ? '' : `:${finding.column}`}  `;
    out.push(`  ${place}${finding.level}  ${finding.message} (${finding.check})`);
  }
  return [...out, countLine(findings)];
}

function countLine(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.';
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  const words = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const many = count(level);
    return many === 0 ? [] : [`${many} ${level}${many === 1 ? '' : 's'}`];
  });
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}: ${words.join(', ')}.`;
}
