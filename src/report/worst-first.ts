import { outcomeMeanings } from '../core/outcome.ts';
import { commentLimit } from './cut.ts';
import type { DeployReport } from './deploy-report.ts';
import { needsReboot } from './difference.ts';
import { listed } from './markdown.ts';

/** A table of more hosts than this is read by nobody; those that matter stand in it. */
export const mostHosts = 60;

/** What is left of a comment for a report: the hidden mark, and texts that grow when secrets are taken out of them. */
const room = commentLimit - 4_000;

/** From what a person must look at first to what can wait for ever. */
function rank({ outcome, state, well, findings, difference }: DeployReport): number {
  if (outcome === null) return state === 'waiting' ? 5 : 3;
  if (outcomeMeanings[outcome].callsForPerson) return 0;
  if (!well) return outcome === 'cancelled' ? 4 : outcomeMeanings[outcome].held || outcome === 'build-failed' ? 1 : 2;
  return findings.length > 0 || needsReboot(difference) ? 6 : 7;
}

/** The hosts by how much they need somebody; of two alike the earlier wave first. */
export function worstFirst(hosts: readonly DeployReport[]): readonly DeployReport[] {
  return hosts
    .map((host, index) => ({ host, index, rank: rank(host) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ host }) => host);
}

/** "and 940 more hosts: 900 deployed and 40 waiting". Empty where there are none. */
export function restWords(rest: readonly DeployReport[]): string {
  if (rest.length === 0) return '';
  const counts = new Map<string, number>();
  for (const { outcome, state } of rest) counts.set(outcome ?? state, (counts.get(outcome ?? state) ?? 0) + 1);
  const words = listed([...counts].map(([what, number]) => `${number} ${what}`));
  return `Those that need somebody first stand above. The other ${rest.length}: ${words}.`;
}

/** One host's part of a report: whole, and without what only it can do without. */
export interface HostPart {
  readonly whole: string;
  readonly short: string;
}

/** As many parts as fit, whole while there is room and short after that; `left`: how many have no place at all. */
export function fitting(
  parts: readonly HostPart[],
  taken: number,
): { readonly texts: readonly string[]; readonly left: number } {
  const texts: string[] = [];
  let length = taken;
  let left = 0;
  for (const { whole, short } of parts) {
    const text = [whole, short].find((one) => length + one.length + 2 <= room);
    if (text === undefined) left += 1;
    else if (text !== '') {
      texts.push(text);
      length += text.length + 2;
    }
  }
  return { texts, left };
}

/** Whether a report of so many hosts and characters is shown as it is. */
export function fits(hosts: number, length: number): boolean {
  return hosts <= mostHosts && length <= room;
}
