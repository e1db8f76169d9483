import type { FoundHost } from '../../nix/hosts/found.ts';
import type { Unread } from '../../nix/repository.ts';
import type { Fact } from '../fact.ts';
import { clean } from './clean.ts';
import { leastUseful, mapLines } from './map-lines.ts';
import { nameLines } from './name-lines.ts';
import { sharedFacts } from './shared-facts.ts';

/** What the map is drawn from. */
export interface Mapped {
  readonly hosts: readonly FoundHost[];
  readonly facts: readonly Fact[];
  readonly unread: readonly Unread[];
}

/** In bytes of UTF-8: what a fleet of 60 hosts takes. */
export const mapBudget = 12_000;

/** How many items each line may have; a line of none is left out. */
type Caps = Readonly<Record<string, number>>;

/**
 * The whole fleet as one text of at most `budget` bytes: what every host has, then each host with where it is and what
 * it does, then names and what could not be read. Where there is more than fits, the least useful lines grow shorter
 * first, on all hosts alike, and the map says so. The same facts give the same bytes.
 */
export function renderMap(mapped: Mapped, budget: number = mapBudget): string {
  const drawn = drawing(mapped);
  let [low, high] = [0, steps.length - 1];
  // Each step leaves out more than the one before: the first that fits is the one that says the most.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bytesOf(drawn(steps[middle] as Caps)) <= budget) high = middle;
    else low = middle + 1;
  }
  return cut(drawn(steps[low] as Caps), budget);
}

const everything: Caps = Object.fromEntries(leastUseful.map((label) => [label, Number.POSITIVE_INFINITY]));

/** From everything to names alone: first the tail of each line goes, then whole lines, the least useful first. */
const steps: readonly Caps[] = [24, 12, 6, 3, 0].reduce<Caps[]>(
  (made, most) => {
    for (const label of leastUseful) {
      const last = made[made.length - 1] as Caps;
      if ((last[label] as number) > most) made.push({ ...last, [label]: most });
    }
    return made;
  },
  [everything],
);

/** Everything that does not depend on the room, worked out once. */
function drawing({ hosts, facts, unread }: Mapped): (caps: Caps) => string {
  const machines = hosts.filter(({ kind }) => kind === 'host');
  const shared = sharedFacts(machines, facts);
  const own = facts.filter((fact) => !shared.has(fact));
  const rows = machines.map((host) => ({ host, things: thingsOf(host, own) }));
  const common = linesOf([...shared.representatives]);
  const files = [...new Set(unread.map(({ file, line, why }) => `${file}:${line} ${why}`))];
  return (caps) => {
    const left = new Map<string, number>();
    const lines = [`${machines.length} host${machines.length === 1 ? '' : 's'}${othersOf(hosts)}.`];
    if (common.length > 0) lines.push('Every host, beside what is said below:', ...limited(common, caps, left));
    for (const { host, things } of rows) {
      lines.push(titleOf(host, facts));
      for (const { guest, lines: said } of things) {
        const shown = limited(said, caps, left);
        if (guest === null) lines.push(...shown);
        else if (shown.length > 0)
          lines.push(`  guest ${clean(guest)}: ${shown.map((line) => line.trim()).join('; ')}`);
      }
    }
    lines.push(...nameLines(facts, caps['names'] ?? 0, left));
    if (files.length > 0)
      lines.push(`Not read: ${few(files.map(clean), Math.max(3, Math.min(caps['names'] ?? 0, 12)))}`);
    if (left.size > 0)
      lines.push(`Left out for want of room: ${[...left].map(([label, count]) => `${count} of ${label}`).join(', ')}.`);
    return `${lines.join('\n')}\n`;
  };
}

interface Line {
  readonly label: string;
  readonly items: readonly string[];
}

interface ThingLines {
  readonly guest: string | null;
  readonly lines: readonly Line[];
}

function thingsOf(host: FoundHost, facts: readonly Fact[]): ThingLines[] {
  const mine = facts.filter((fact) => fact.host === host.name);
  const guests = [...new Set(mine.flatMap(({ guest }) => (guest === undefined ? [] : [guest])))];
  return [
    { guest: null, lines: linesOf(mine.filter(({ guest }) => guest === undefined)) },
    ...guests.map((guest) => ({ guest, lines: linesOf(mine.filter((fact) => fact.guest === guest)) })),
  ];
}

function linesOf(facts: readonly Fact[]): Line[] {
  return mapLines.flatMap(({ label, kinds, items }) => {
    const of = facts.filter(({ kind }) => kinds.includes(kind));
    return of.length === 0 ? [] : [{ label, items: items(of).map(clean) }];
  });
}

function limited(lines: readonly Line[], caps: Caps, left: Map<string, number>): string[] {
  return lines.flatMap(({ label, items }) => {
    const most = caps[label] ?? 0;
    const hidden = items.length - Math.min(items.length, most);
    if (hidden > 0) left.set(label, (left.get(label) ?? 0) + hidden);
    return most === 0 ? [] : [`  ${label}: ${few(items, most)}`];
  });
}

function few(items: readonly string[], most: number): string {
  return items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')}, +${items.length - most}`;
}

/** `griffin (hosts/griffin/default.nix)`; the file is the one that names the machine, where one does. */
function titleOf(host: FoundHost, facts: readonly Fact[]): string {
  const said = facts.find((fact) => fact.kind === 'host-name' && fact.host === host.name && fact.guest === undefined);
  const hostName = said === undefined || said.value === host.name ? '' : `, calls itself ${clean(said.value)}`;
  return `${clean(host.name)} (${clean(said?.file ?? host.file)}${hostName})`;
}

function othersOf(hosts: readonly FoundHost[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of hosts) if (kind !== 'host') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `, ${count} of kind ${kind}`).join('');
}

const encoder = new TextEncoder();

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** Whole lines as far as they fit; where not even one does, what of it does. */
function cut(text: string, budget: number): string {
  if (bytesOf(text) <= budget) return text;
  const lines = text.split('\n');
  const said = (count: number): string => `and ${count} lines more, left out for want of room\n`;
  let room = budget - bytesOf(said(lines.length));
  let kept = '';
  let count = 0;
  for (const line of lines) {
    room -= bytesOf(line) + 1;
    if (room < 0) break;
    kept += `${line}\n`;
    count += 1;
  }
  const all = `${kept}${said(lines.length - count)}`;
  return bytesOf(all) <= budget
    ? all
    : new TextDecoder().decode(encoder.encode(all).slice(0, Math.max(0, budget))).replace(/\ufffd+$/, '');
}
