import { canonicalName, nameProblem } from './name.ts';

const tails = /\.(zone|zonefile|db|hosts|txt|dns|master|primary|bind|rev|nix|ya?ml|signed|fwd)$/i;
const heads = /^(db|zone|zonefile|named|master|pri|primary|forward|fwd|reverse|rev)[.-]/i;

/**
 * The zone that a file's name tells, canonical: `db.example.org`, `example.org.zone`, `db.10.0.20` for the addresses
 * that begin so; else the folder's name. Null where neither looks like a name.
 */
export function zoneInFileName(path: string): string | null {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const file = parts.pop() ?? '';
  return zoneInWord(file) ?? (parts.at(-1)?.includes('.') === true ? zoneInWord(parts.at(-1) ?? '') : null);
}

function zoneInWord(word: string): string | null {
  let name = word;
  while (tails.test(name)) name = name.replace(tails, '');
  name = name.replace(heads, '').replace(/\.$/, '');
  // People name the file of a reverse zone by the network, with its octets in the usual order.
  if (/^\d{1,3}(\.\d{1,3}){0,2}$/.test(name)) return `${name.split('.').reverse().join('.')}.in-addr.arpa.`;
  // Every Nix file ends in `.nix`, so that marks no zone: `default.nix` and `common.nix` are none.
  const marked = name !== word.replace(/\.(nix|ya?ml)$/i, '');
  if (!/^[A-Za-z0-9_/-]+(\.[A-Za-z0-9_/-]+)*$/.test(name) || (!marked && !name.includes('.'))) return null;
  const zone = canonicalName(name);
  return nameProblem(zone) === null ? zone : null;
}
