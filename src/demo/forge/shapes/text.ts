/** GitHub's time format: whole seconds, UTC. */
export function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function stampOrNull(date: Date | null): string | null {
  return date === null ? null : stamp(date);
}

/** An opaque id of GitHub's GraphQL side; the bot never reads it, the documented field is there. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}

/** GitHub's limits count code points, neither bytes nor UTF-16 code units. */
export function characters(text: string): number {
  return Array.from(text).length;
}
