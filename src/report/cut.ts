/** GitHub refuses a comment over 65,536 and a check run's summary over 65,535 characters (UTF-16 code units). */
export const commentLimit = 65_536;
export const summaryLimit = 65_535;

const note = (left: number) =>
  `\n\n_This report is cut here: ${left} more characters do not fit. The whole log is on the worker._`;

/**
 * The text, or as many whole lines of it as fit with a sentence that says so. Fences and folded sections that the cut
 * leaves open are closed, so that the sentence stays readable.
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const room = limit - note(text.length).length - 200;
  const lines: string[] = [];
  let length = 0;
  for (const line of text.split('\n')) {
    if (length + line.length + 1 > room) break;
    lines.push(line);
    length += line.length + 1;
  }
  const kept = lines.join('\n');
  return `${kept}${closing(lines)}${note(text.length - kept.length)}`;
}

/** The last lines of a log, at most so many characters: the end of a log says why. */
export function tailOf(log: string, limit: number): string {
  if (log.length <= limit) return log;
  const tail = log.slice(-limit);
  const firstBreak = tail.indexOf('\n');
  const whole = firstBreak === -1 ? tail : tail.slice(firstBreak + 1);
  return `[${log.length - whole.length} characters before this are left out]\n${whole}`;
}

function closing(lines: readonly string[]): string {
  let fence: string | null = null;
  let folds = 0;
  for (const line of lines) {
    const mark = /^(`{3,})/.exec(line)?.[1];
    if (fence !== null) {
      if (mark === fence && line === mark) fence = null;
      continue;
    }
    if (mark !== undefined) fence = mark;
    folds += (line.match(/<details>/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
  }
  return (fence === null ? '' : `\n${fence}`) + '\n\n</details>'.repeat(Math.max(folds, 0));
}
