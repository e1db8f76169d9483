import type { DeployReport, Difference, NamesAndMore } from './deploy-report.ts';
import { code, count, folded, listed } from './markdown.ts';

/** What a switch means for a host: one line that everybody reads, and the lists for whoever wants them. Empty for nothing. */
export function renderDifference({ host, difference, outcome }: DeployReport): readonly string[] {
  if (difference === null) return [];
  const reboot = rebootWords(host, difference, outcome === 'deployed');
  const parts = [...packageParts(difference), ...unitParts(difference)];
  const total = parts.reduce((sum, { list }) => sum + list.names.length + list.more, 0);
  const lists = parts.map(({ noun, what, list }) => `- ${noun}s ${what}: ${namesOf(list)}`).join('\n');
  return [
    ...(reboot === '' ? [] : [reboot]),
    ...(total === 0 ? [] : [folded(`${host}: what differs (${summary(parts)})`, lists)]),
  ];
}

/** Some of what was deployed is not live before the next reboot. */
export function needsReboot(difference: DeployReport['difference']): boolean {
  return difference !== null && difference.rebootFor.length > 0;
}

interface Part {
  readonly noun: 'package' | 'unit';
  readonly what: string;
  readonly list: NamesAndMore;
}

const filled = (parts: readonly Part[]): readonly Part[] => parts.filter(({ list }) => list.names.length > 0);

function packageParts({ packages }: Difference): readonly Part[] {
  return filled([
    { noun: 'package', what: 'added', list: packages.added },
    { noun: 'package', what: 'changed', list: packages.changed },
    { noun: 'package', what: 'removed', list: packages.removed },
  ]);
}

function unitParts({ units }: Difference): readonly Part[] {
  return filled([
    { noun: 'unit', what: 'added', list: units.added },
    { noun: 'unit', what: 'restarted, where they run', list: units.restarted },
    { noun: 'unit', what: 'reloaded, where they run', list: units.reloaded },
    { noun: 'unit', what: 'stopped and removed', list: units.removed },
    { noun: 'unit', what: 'changed and left running as they are', list: units.kept },
  ]);
}

function summary(parts: readonly Part[]): string {
  const words = ({ noun, what, list }: Part) =>
    `${count(list.names.length + list.more, noun)} ${what.replace(', where they run', '')}`;
  return parts.map(words).join(', ');
}

function namesOf({ names, more }: NamesAndMore): string {
  return `${names.map(code).join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** What is live already keeps running on the old parts; nobody should take a deploy for the end of it. */
function rebootWords(host: string, { rebootFor }: Difference, live: boolean): string {
  if (!live || rebootFor.length === 0) return '';
  return `${code(host)}: reboot needed. ${rebootFor.length === 1 ? 'One part' : count(rebootFor.length, 'part')} of the new system (${listed(rebootFor.map(code))}) ${rebootFor.length === 1 ? 'waits' : 'wait'} for the next reboot; everything else is live.`;
}
