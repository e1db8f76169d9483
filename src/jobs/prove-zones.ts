import type { Finding } from '../core/finding.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import type { DnsPlan } from '../dns/plan-change.ts';
import { compiledRecords, type Expected, proofProblem } from '../dns/prove-change.ts';
import type { ServerProgram } from '../dns/server-programs.ts';
import type { OpenZone } from '../dns/zone.ts';
import { type ZoneBundle, zoneBundle, type ZoneCompiler } from '../dns/zone-compiler.ts';
import type { Diff } from '../guard/guard.ts';
import { type ChangedZone, changedZones, recordsOf } from '../guard/zones-changed.ts';

type Asked = Pick<DnsPlan, 'rows' | 'serials'> | null;
type Proof = readonly Finding[] | Refusal;

/**
 * Lets a name server's own program read each changed zone before and after: the difference must be the asked change and
 * the serial, or nothing leaves. Where it cannot say, our own comparison stands, and a note tells why. The programs of
 * the servers that the fleet runs must take the zone as well, where they took it before.
 */
export async function proveZones(
  compiler: ZoneCompiler,
  servers: readonly ServerProgram[],
  diff: Diff,
  asked: Asked,
): Promise<Proof> {
  const findings: Finding[] = [];
  const absent = new Set<ServerProgram>();
  for (const zone of changedZones(diff)) {
    if (zone.before === null || zone.after === null) continue;
    const both = { ...zone, before: zone.before, after: zone.after };
    const bundles = { before: zoneBundle(both.before), after: zoneBundle(both.after) };
    if (bundles.before === null || bundles.after === null) continue;
    const given: Given = { zone: both, before: bundles.before, after: bundles.after };
    const proof = await proveZone(compiler, given, asked);
    if (isRefusal(proof)) return proof;
    findings.push(...proof);
    for (const program of servers) {
      const second = await secondOpinion(compiler, program, given);
      if (second === 'absent') absent.add(program);
      else if (isRefusal(second)) return second;
      else findings.push(...second);
    }
  }
  return [...findings, ...[...absent].map(absence)];
}

interface Given {
  readonly zone: ChangedZone & { readonly before: OpenZone; readonly after: OpenZone };
  readonly before: ZoneBundle;
  readonly after: ZoneBundle;
}

async function proveZone(compiler: ZoneCompiler, given: Given, asked: Asked): Promise<Proof> {
  const { zone } = given;
  const before = await compiler.compile(zone.name, given.before);
  if (before.kind === 'not-known') return before.reason === null ? [] : note(zone, `${zone.name}: ${before.reason}`);
  if (before.kind === 'refused')
    return note(zone, `named-compilezone does not take ${zone.name} as it was before this change: ${before.reason}`);
  const after = await compiler.compile(zone.name, given.after);
  if (after.kind === 'not-known') return note(zone, `${zone.name}: ${after.reason ?? 'nothing is known'}`);
  if (after.kind === 'refused')
    return failed(zone, `named-compilezone would not take the zone any more: ${after.reason}`);
  const problem = proofProblem(
    compiledRecords(zone.name, before.text),
    compiledRecords(zone.name, after.text),
    expectedOf(zone, asked),
  );
  if (problem !== null) return failed(zone, `as named-compilezone reads the zone, ${problem}`);
  return note(zone, `named-compilezone reads ${zone.name} as before but for this change and the serial`);
}

async function secondOpinion(compiler: ZoneCompiler, program: ServerProgram, given: Given): Promise<Proof | 'absent'> {
  const { zone } = given;
  const after = await compiler.check(program, zone.name, given.after);
  switch (after.kind) {
    case 'absent':
      return 'absent';
    case 'accepted':
      return note(zone, `${program} takes ${zone.name} as it is after this change`);
    case 'not-known':
      return note(zone, `${zone.name}: ${after.reason}`);
    case 'refused': {
      const before = await compiler.check(program, zone.name, given.before);
      if (before.kind === 'accepted')
        return failed(zone, `${program} would not take the zone any more: ${after.reason}`);
      return note(
        zone,
        `${program} does not take ${zone.name}, and did not before this change: ${after.reason}`,
        'warning',
      );
    }
  }
}

function note(zone: ChangedZone, message: string, level: Finding['level'] = 'note'): readonly Finding[] {
  return [{ check: 'dns-proof', level, message, file: zone.source.file }];
}

function failed(zone: ChangedZone, reason: string): Refusal {
  return refuse('zone-proof-failed', { zone: zone.name, file: zone.source.file, reason });
}

/** Once for a change, however many zones it has. */
function absence(program: ServerProgram): Finding {
  const message = `${program} is not installed beside the bot, so the server that this fleet runs was not asked`;
  return { check: 'dns-proof', level: 'note', message };
}

function expectedOf(zone: Given['zone'], asked: Asked): Expected {
  const rows = asked?.rows.filter((row) => row.zone === zone.name) ?? [];
  // A zone that only takes in a changed file, and what a model changed: nobody wrote down rows for it.
  if (rows.length === 0) return { kind: 'read', before: recordsOf(zone.before), after: recordsOf(zone.after) };
  return { kind: 'asked', rows, serial: asked?.serials.find((bump) => bump.zone === zone.name) ?? null };
}
