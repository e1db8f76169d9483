import { decodeText } from '../core/tree.ts';
import { parseNix } from './parser.ts';
import { positionAt } from './source.ts';

/** What is said of one file: `fleetwright nix parse --json` prints one of these a line. */
export interface Verdict {
  readonly file: string;
  readonly ok: boolean;
  readonly errors: readonly { readonly line: number; readonly column: number; readonly message: string }[];
}

/** Whether a file's bytes are Nix, and the first place where they are not. */
export function verdictOn(file: string, bytes: Uint8Array): Verdict {
  // Nix itself takes any bytes in comments and strings, so what is no UTF-8 is read byte by byte.
  const tree = parseNix(decodeText(bytes) ?? new TextDecoder('latin1').decode(bytes));
  const errors = tree.errors.map(({ offset, message }) => ({ ...positionAt(tree, offset), message }));
  return { file, ok: errors.length === 0, errors };
}
