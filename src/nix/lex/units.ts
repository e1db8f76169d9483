/** Stands for any code unit beyond ASCII: Nix's grammar tells none of them from another. */
export const BEYOND_ASCII = 128;
/** Stands behind the last code unit, so that no loop over a text has to ask for its length. */
export const END_OF_TEXT = 255;
/** The longest look-ahead of the lexer. */
const ends = 4;

/** Kept from text to text. A text of many megabytes has its own, which goes with it. */
const mostKept = 1 << 22;
const encoder = new TextEncoder();
let kept = new Uint8Array(1 << 16);

/**
 * A text as one byte for each UTF-16 code unit, with END_OF_TEXT behind them. The bytes last until the next text.
 *
 * `charCodeAt` would do without, but costs ten times an array's access in any process where some package extends
 * String, as a Redis client does: V8 then no longer knows the method at compile time.
 */
export function unitsOf(text: string): Uint8Array {
  const { length } = text;
  let units = roomFor(length + ends);
  const { read, written } = encoder.encodeInto(text, units);
  if (read < length || written > length) {
    units = roomFor(length * 3 + ends);
    narrow(units, encoder.encodeInto(text, units).written);
  }
  units.fill(END_OF_TEXT, length, length + ends);
  return units;
}

function roomFor(size: number): Uint8Array<ArrayBuffer> {
  if (size <= kept.length) return kept;
  const room = new Uint8Array(2 ** Math.ceil(Math.log2(size)));
  if (room.length <= mostKept) kept = room;
  return room;
}

/** From UTF-8, in place, to a byte a code unit. A character of four bytes has two code units, any other has one. */
function narrow(bytes: Uint8Array, count: number): void {
  let to = 0;
  for (let at = 0; at < count; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) bytes[to++] = byte;
    else if (byte >= 0xc0) {
      bytes[to++] = BEYOND_ASCII;
      if (byte >= 0xf0) bytes[to++] = BEYOND_ASCII;
    }
  }
}
