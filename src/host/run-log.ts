/** The text of a run's output as it arrives in pieces, cut anywhere, and the end of it for whoever judges it. */
export interface RunLog {
  /** Takes bytes; returns the text that is complete by now. */
  add(bytes: Uint8Array): string;
  /** The text that was still waiting for its last bytes. */
  finish(): string;
  /** The end of the log, beginning at a line. */
  readonly tail: string;
}

/** What a person can read and a comment can hold, and more than any marker is away from the end. */
const tailLength = 65_536;

export function runLog(): RunLog {
  const decoder = new TextDecoder('utf-8');
  let tail = '';
  const keep = (text: string): string => {
    tail += text;
    if (tail.length > 2 * tailLength) tail = lastLines(tail, tailLength);
    return text;
  };
  return {
    add: (bytes) => keep(decoder.decode(bytes, { stream: true })),
    finish: () => keep(decoder.decode()),
    get tail() {
      return lastLines(tail, tailLength);
    },
  };
}

/** At most `length` characters from the end, whole lines only where there are any. */
export function lastLines(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(-length);
  const lineEnd = cut.indexOf('\n');
  return lineEnd === -1 ? cut : cut.slice(lineEnd + 1);
}
