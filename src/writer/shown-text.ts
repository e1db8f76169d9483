/** A path as a tool shows it: one with line breaks or other controls is quoted, so that it cannot pass for several. */
export function shownPath(path: string): string {
  return /\p{Cc}/u.test(path) ? JSON.stringify(path) : path;
}

const mostCharacters = 200;

/** A line around the place of interest. Long ones are cut, never in the middle of a character. */
export function shownLine(line: string, place: number): string {
  if (line.length <= mostCharacters) return line.trim();
  const start = Math.max(0, Math.min(place - mostCharacters / 4, line.length - mostCharacters));
  const shown = line.slice(start, start + mostCharacters);
  // Half a surrogate pair is refused by the service together with the whole request.
  const whole = shown.replaceAll(/\p{Surrogate}/gu, '');
  return `${start > 0 ? '…' : ''}${whole.trim()}${start + mostCharacters < line.length ? '…' : ''}`;
}
