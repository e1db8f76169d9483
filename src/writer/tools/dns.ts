import { z } from 'zod';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { DnsAsk } from '../direct/ask.ts';
import { type ChangingFleet, planInFleet } from '../direct/plan-in-fleet.ts';
import { done, tool, wrong } from '../tool.ts';

const change = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.enum(['add', 'set']),
    name: z.string().min(1).max(253).describe('Absolute, or relative to the only zone that can hold it.'),
    type: z.string().regex(/^[A-Z][A-Z0-9]{0,15}$/),
    data: z.string().min(1).max(4000).describe('As in a zone file; names absolute with or without the closing dot.'),
    ttl: z.int().min(0).max(2_147_483_647).optional().describe('Only where it must differ from its siblings.'),
  }),
  z.strictObject({
    action: z.literal('remove'),
    name: z.string().min(1).max(253),
    type: z.string().regex(/^[A-Z][A-Z0-9]{0,15}$/),
    data: z.string().max(4000).optional(),
  }),
]);

export const dns = tool({
  name: 'dns',
  effect: 'write',
  description:
    'Adds, sets or removes DNS records, all of the call or none. Finds the zone, keeps the style of the file, and raises the serial once for the whole change. The only way to change a zone.',
  input: z.strictObject({ changes: z.array(change).min(1).max(50) }),
  async run({ changes }, desk) {
    const { draft, zones, hosts, now } = desk;
    const knownServers: ChangingFleet['knownServers'] = (...asked) => desk.knownServers(...asked);
    const fleet = { zones, hosts, now, tree: draft.tree, base: draft.base, knownServers };
    const planned = await planInFleet(changes.map(askOf), fleet);
    if (isRefusal(planned)) return refused(planned);
    const touched = new Set([...desk.draft.edits, ...planned.edits].map(({ path }) => path));
    if (touched.size > desk.maxFiles)
      return wrong(
        `The change would touch ${touched.size} files; at most ${desk.maxFiles} are allowed. Nothing was changed.`,
      );
    for (const edit of planned.edits) await desk.draft.put(edit.path, edit.after);
    const rows = planned.rows.map(
      ({ action, name, type, before, after, file, line }) =>
        `${action} ${name} ${type} ${[before, after].filter((data) => data !== null).join(' -> ')} (${file}:${line})`,
    );
    const serials = planned.serials.map((bump) => `${bump.zone} serial ${bump.old} -> ${bump.new} (${bump.rule})`);
    const said = planned.findings.map(({ level, message }) => `${level}: ${message}`);
    return done([...rows, ...serials, ...said].join('\n'));
  },
});

function askOf(one: z.output<typeof change>): DnsAsk {
  if (one.action === 'remove')
    return { kind: 'remove', name: one.name, type: one.type, data: one.data ?? null, zone: null };
  return { kind: one.action, name: one.name, type: one.type, data: one.data, ttl: one.ttl ?? null, zone: null };
}

/** The model reads the code and the facts; the words for people are made elsewhere. */
function refused(refusal: Refusal) {
  return wrong(
    `Nothing was changed: ${refusal.code} ${JSON.stringify(refusal.facts)}${refusal.next === undefined ? '' : ` (${refusal.next})`}`,
  );
}
