import type { Finding } from '../../core/finding.ts';

/** By file, line and check, each once: what two checks say of one line in the same words is said by the first. */
export function sortedFindings(findings: readonly Finding[]): readonly Finding[] {
  const once = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.file ?? ''}\0${finding.line ?? ''}\0${finding.message}`;
    if (!once.has(key)) once.set(key, finding);
  }
  return [...once.values()].sort(compare);
}

function compare(a: Finding, b: Finding): number {
  // What is about no file comes last.
  const files = order(a.file ?? '\uffff', b.file ?? '\uffff');
  if (files !== 0) return files;
  const places = (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  return places !== 0 ? places : order(`${a.check}\0${a.message}`, `${b.check}\0${b.message}`);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
