import { parseCheckName } from '../remote-names.ts';
import { fails, type Probe } from './probe.ts';

/** What only the host's owner knows how to ask: a check that the host's own configuration brings. */
export const scripts: Probe = {
  declared: true,
  id: 'scripts',
  title: 'Every declared check of the host’s own configuration ends well.',
  asks: (_expected, { config }) =>
    config.probes.scripts.flatMap((name) => {
      const check = parseCheckName(name);
      return check === null ? [] : [{ kind: 'script', check }];
    }),
  judge: (asked, _expected, scene) =>
    asked.flatMap(({ question, answer }) => {
      if (question.kind !== 'script') return [];
      const { check } = question;
      const trouble = troubleOf(check, answer);
      return trouble === null ? [] : [fails(scripts, scene, trouble, check)];
    }),
};

type Given = Parameters<Probe['judge']>[0][number]['answer'];

function troubleOf(check: string, answer: Given): string | null {
  if (answer.kind !== 'script') return `the check ${check} could not be asked for`;
  const { code, said } = answer;
  if (code === 0) return null;
  if (code === null) return `the host has no check ${check}: its system path holds no fleetwright-probe-${check}`;
  // timeout(1): 124 where it ended in time to be told, 137 where it had to be killed.
  if (code === 124 || code === 137) return `the check ${check} did not end within 30 s${lastWords(said)}`;
  return `the check ${check} ended with ${code}${lastWords(said)}`;
}

/** The last line that says something; the rest is in the host's own hands. */
function lastWords(said: string): string {
  const line = said
    .split('\n')
    .map((one) => one.trim())
    .findLast((one) => one !== '');
  return line === undefined ? '' : `: ${line.slice(0, 300)}`;
}
