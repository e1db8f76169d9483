import type { Finding } from '../core/finding.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import type { DnsPlan } from '../dns/plan-change.ts';
import { compiledRecords, type Expected, proofProblem } from '../dns/prove-change.ts';
import type { OpenZone } from '../dns/zone.ts';
import { type CompiledZone, zoneBundle, type ZoneCompiler } from '../dns/zone-compiler.ts';
import type { Diff } from '../guard/guard.ts';
import { type ChangedZone, changedZones, recordsOf } from '../guard/zones-changed.ts';

/**
 * Lets a name server's own program read each changed zone before and after: the difference must be the asked change and
 * the serial, or nothing leaves. Where it cannot say, our own comparison stands, and a note tells why.
 */
export async function proveZones(
  compiler: ZoneCompiler,
  diff: Diff,
  asked: Pick<DnsPlan, 'rows' | 'serials'> | null,
): Promise<readonly Finding[] | Refusal> {
  const findings: Finding[] = [];
  for (const zone of changedZones(diff)) {
    if (zone.before === null || zone.after === null) continue;
    const proof = await proveZone(compiler, { ...zone, before: zone.before, after: zone.after }, asked);
    if ('kind' in proof) return proof;
    findings.push(...proof);
  }
  return findings;
}

type BothStates = ChangedZone & { readonly before: OpenZone; readonly after: OpenZone };

async function proveZone(
  compiler: ZoneCompiler,
  zone: BothStates,
  asked: Pick<DnsPlan, 'rows' | 'serials'> | null,
): Promise<readonly Finding[] | Refusal> {
  const file = zone.source.file;
  const note = (message: string): readonly Finding[] => [{ check: 'dns-proof', level: 'note', message, file }];
  const failed = (reason: string) => refuse('zone-proof-failed', { zone: zone.name, file, reason });
  const before = await compiled(compiler, zone.before);
  if (before.kind === 'not-known') return before.reason === null ? [] : note(`${zone.name}: ${before.reason}`);
  if (before.kind === 'refused')
    return note(`named-compilezone does not take ${zone.name} as it was before this change: ${before.reason}`);
  const after = await compiled(compiler, zone.after);
  if (after.kind === 'not-known') return note(`${zone.name}: ${after.reason ?? 'nothing is known'}`);
  if (after.kind === 'refused') return failed(`named-compilezone would not take the zone any more: ${after.reason}`);
  const problem = proofProblem(
    compiledRecords(zone.name, before.text),
    compiledRecords(zone.name, after.text),
    expectedOf(zone, asked),
  );
  if (problem !== null) return failed(`as named-compilezone reads the zone, ${problem}`);
  return note(`named-compilezone reads ${zone.name} as before but for this change and the serial`);
}

function expectedOf(zone: BothStates, asked: Pick<DnsPlan, 'rows' | 'serials'> | null): Expected {
  const rows = asked?.rows.filter((row) => row.zone === zone.name) ?? [];
  // A zone that only takes in a changed file, and what a model changed: nobody wrote down rows for it.
  if (rows.length === 0) return { kind: 'read', before: recordsOf(zone.before), after: recordsOf(zone.after) };
  return { kind: 'asked', rows, serial: asked?.serials.find((bump) => bump.zone === zone.name) ?? null };
}

async function compiled(compiler: ZoneCompiler, zone: OpenZone): Promise<CompiledZone> {
  const bundle = zoneBundle(zone);
  return bundle === null ? { kind: 'not-known', reason: null } : compiler.compile(zone.name, bundle);
}
