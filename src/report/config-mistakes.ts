import type { Finding } from '../core/finding.ts';
import { code, count, plain, prose, table } from './markdown.ts';

/** A wrong config file, as a comment: every mistake with its line, its key and what is allowed there. */
export function renderConfigMistakes(findings: readonly Finding[], where: 'here' | 'default-branch'): string {
  const stands =
    where === 'here'
      ? 'The config on the default branch stays in force until this is merged, so nothing is broken yet.'
      : 'Nothing is planned or deployed until it is right.';
  return [
    `### ${code('.github/fleetwright.yml')} has ${count(findings.length, 'mistake')}`,
    table(
      ['Line', 'What is wrong'],
      findings.map(({ line, column, message }) => [`${line ?? 1}:${column ?? 1}`, prose(message)]),
    ),
    plain(stands),
  ].join('\n\n');
}
