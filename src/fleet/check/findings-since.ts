import type { Finding } from '../../core/finding.ts';

/**
 * The findings that the base does not have. Lines move with every edit and evidence changes with every sibling, so a
 * finding is known by its check, its file and its message up to the first semicolon, without the lines in it; of
 * findings that are alike, the base's number is taken off.
 */
export function findingsSince(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const exact = takeOff(before, after, exactKey);
  return takeOff(exact.before, exact.after, looseKey).after;
}

interface Both {
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
}

/** What is left of both sides when each finding was set against one of the other side with its key. */
function takeOff(before: readonly Finding[], after: readonly Finding[], keyOf: (finding: Finding) => string): Both {
  const waiting = new Map<string, Finding[]>();
  for (const finding of before) {
    const key = keyOf(finding);
    const alike = waiting.get(key);
    if (alike === undefined) waiting.set(key, [finding]);
    else alike.push(finding);
  }
  const left = after.filter((finding) => waiting.get(keyOf(finding))?.shift() === undefined);
  return { before: [...waiting.values()].flat(), after: left };
}

function exactKey({ check, file, line, message }: Finding): string {
  return `${check}\0${file ?? ''}\0${line ?? ''}\0${message}`;
}

function looseKey({ check, file, message }: Finding): string {
  return `${check}\0${file ?? ''}\0${withoutLines(message.split('; ')[0] ?? '')}`;
}

/** Messages name the other place as `hosts/griffin.nix:12` or as `line 12`. */
function withoutLines(message: string): string {
  return message.replace(/(\.[A-Za-z]\w*):\d+(?=[,);: ]|$)/g, '$1').replace(/\bline \d+/g, 'line');
}
