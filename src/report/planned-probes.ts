import { type DerivedProbe, derivedName } from '../core/derived-probe.ts';
import type { PlannedProbes } from '../core/plan.ts';
import { code, count, folded, listed } from './markdown.ts';

/** More hosts than this are a wall between a reader and what follows. */
const mostHosts = 8;
/** What stands behind this many would push what is said below them out of the comment. */
const mostLines = 120;

/** What is asked of each host after its deploy, beside what is asked of every host. Empty where that is nothing. */
export function renderPlannedProbes(planned: readonly PlannedProbes[]): string {
  if (planned.length === 0) return '';
  const told = planned.slice(0, mostLines).map((one) => `- ${code(one.host)}: ${asked(one).join('; ')}`);
  const left = planned.length - told.length;
  const lines = [...told, ...(left === 0 ? [] : [`- and ${count(left, 'more host')}`])].join('\n');
  const [first] = planned.flatMap(({ host, derived }) => derived.map((one) => ({ host, name: derivedName(one) })));
  const off =
    first === undefined
      ? []
      : [
          `What the change suggests is not asked where the config says so, as ${code(`hosts.${first.host}.probes.without: ["${first.name}"]`)} or ${code('derived: false')}.`,
        ];
  const title = 'Probes after the deploy';
  if (planned.length > mostHosts)
    return folded(`${title}, on ${count(planned.length, 'host')}`, [lines, ...off].join('\n\n'));
  return [`**${title}**`, lines, ...off].join('\n\n');
}

function asked({ derived, onlyTold, zones, declared }: PlannedProbes): readonly string[] {
  const suggested = derived.map(derivedWords);
  return [
    ...(zones.length === 0 ? [] : [`its name server answers with what changed in ${listed(zones.map(code))}`]),
    ...suggested,
    ...(onlyTold && suggested.length > 0 ? ['a wrong answer to those is told only'] : []),
    ...(declared === 0 ? [] : [`${declared === 1 ? 'what is' : `the ${declared} things that are`} declared for it`]),
  ];
}

/** One thing that is asked, with what in the change suggests it. */
function derivedWords(derived: DerivedProbe): string {
  const name = code(derivedName(derived));
  switch (derived.kind) {
    case 'unit':
      return `${name} is up (${code(derived.for)} is switched on)`;
    case 'port':
      return `${name} answers (opened for ${code(derived.for)})`;
    case 'vhost':
      return `${name} answers over ${derived.scheme === 'https' ? 'HTTPS' : 'HTTP'} (new on its web server)`;
  }
}
