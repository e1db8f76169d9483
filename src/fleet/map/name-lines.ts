import { groupBy } from '../conflicts/things.ts';
import type { Fact } from '../fact.ts';
import { clean } from './clean.ts';

/** DNS names by what they lead to, with the host that has it: `10.0.20.11 griffin: grafana.fleet.lan, …`. */
export function nameLines(facts: readonly Fact[], most: number, left: Map<string, number>): string[] {
  const names = facts.filter(({ kind }) => kind === 'dns-name');
  if (names.length === 0) return [];
  const holders = new Map<string, string>();
  for (const { kind, host, guest, value } of facts)
    if (kind === 'address' && host !== null)
      holders.set(value.replace(/\/\d+$/, ''), guest === undefined ? host : `${host}/${guest}`);
  const targets = new Map<string, string>();
  for (const { name, value } of names) if (!targets.has(name)) targets.set(name, value);
  const byEnd = groupBy(names, ({ value }) => endOf(value, targets));
  const hidden = [...byEnd.values()].reduce((sum, of) => sum + Math.max(0, of.length - most), 0);
  if (hidden > 0) left.set('names', (left.get('names') ?? 0) + hidden);
  if (most === 0) return [];
  const lines = [...byEnd].map(([end, of]) => {
    const shown = [...new Set(of.map(({ name }) => clean(name)))];
    const more = shown.length > most ? `, +${shown.length - most}` : '';
    const holder = holders.get(end);
    return `  ${clean(end)}${holder === undefined ? '' : ` ${clean(holder)}`}: ${shown.slice(0, most).join(', ')}${more}`;
  });
  return ['DNS names:', ...lines];
}

/** Where a name leads by aliases of this repository. */
function endOf(value: string, targets: ReadonlyMap<string, string>): string {
  let at = value;
  for (let hops = 0; hops < 8; hops++) {
    const next = targets.get(at);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}
