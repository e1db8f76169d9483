import type { Finding } from '../core/finding.ts';
import type { ServerProgram } from '../dns/server-programs.ts';
import type { OpenZone } from '../dns/zone.ts';
import { zoneBundle, type ZoneCompiler } from '../dns/zone-compiler.ts';
import type { Diff } from '../guard/guard.ts';
import { type ChangedZone, changedZones } from '../guard/zones-changed.ts';

type Program = 'named-compilezone' | ServerProgram;

/**
 * What name servers' own programs say of the zones as a diff leaves them, whoever wrote it. What one did not take before
 * either is nobody's news. BIND's word is an error only where no program of a server that the fleet runs was heard.
 */
export async function zoneVerdicts(compiler: ZoneCompiler, diff: Diff): Promise<readonly Finding[]> {
  const own = diff.facts?.programs ?? [];
  const findings: Finding[] = [];
  for (const zone of changedZones(diff)) {
    if (zone.after === null) continue;
    let heard = false;
    for (const program of own) {
      const verdict = await verdictOn(compiler, program, zone, zone.after);
      heard ||= verdict.heard;
      if (verdict.trouble !== null) findings.push(finding(zone, program, verdict.trouble, 'error'));
    }
    const named = await verdictOn(compiler, 'named-compilezone', zone, zone.after);
    if (named.trouble !== null)
      findings.push(finding(zone, 'named-compilezone', named.trouble, heard ? 'warning' : 'error'));
  }
  return findings;
}

function finding(zone: ChangedZone, program: Program, reason: string, level: Finding['level']): Finding {
  const message = `${program} would not take ${zone.name} any more: ${reason}`;
  return { check: 'dns-proof', level, message, file: zone.source.file };
}

interface Verdict {
  readonly heard: boolean;
  readonly trouble: string | null;
}

async function verdictOn(
  compiler: ZoneCompiler,
  program: Program,
  { name, before }: ChangedZone,
  after: OpenZone,
): Promise<Verdict> {
  const now = await ask(compiler, program, name, after);
  if (now === null || now.taken) return { heard: now !== null, trouble: null };
  const then = before === null ? null : await ask(compiler, program, name, before);
  return { heard: true, trouble: then?.taken === false ? null : now.reason };
}

/** Null where nothing can be said. */
async function ask(
  compiler: ZoneCompiler,
  program: Program,
  name: string,
  zone: OpenZone,
): Promise<{ readonly taken: boolean; readonly reason: string } | null> {
  const bundle = zoneBundle(zone);
  if (bundle === null) return null;
  const said =
    program === 'named-compilezone'
      ? await compiler.compile(name, bundle)
      : await compiler.check(program, name, bundle);
  switch (said.kind) {
    case 'compiled':
    case 'accepted':
      return { taken: true, reason: '' };
    case 'refused':
      return { taken: false, reason: said.reason };
    case 'absent':
    case 'not-known':
      return null;
  }
}
