import { canonicalName, nameProblem } from './name.ts';

const tails = /\.(zone|zonefile|db|hosts|txt|dns|master|primary|bind|rev|reverse|nix|ya?ml|signed|fwd)$/i;
/** What copies and templates of a file end in, behind the file's own name. */
const copies =
  /(?:~|\.(?:bak|orig|old|save|tmpl|tpl|template|j2|dist|rpmnew|rpmsave|dpkg-\w+)|(?<=\.(?:zone|db))\.in)$/i;
/** Words that are left of the names of other files, such as `named.conf`. */
const noZone = /^(?:conf|config|cfg|ini|template|tmpl|default|options|include|inc|keys?|empty|root|hints?|cache|ca)$/i;
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
  while (copies.test(name)) name = name.replace(copies, '');
  const file = name;
  while (tails.test(name)) name = name.replace(tails, '');
  name = name.replace(heads, '').replace(/\.$/, '');
  // People name the file of a reverse zone by the network, with its octets in the usual order.
  if (/^\d{1,3}(\.\d{1,3}){0,2}$/.test(name)) return `${name.split('.').reverse().join('.')}.in-addr.arpa.`;
  // `lan.rev` holds addresses of a network that it does not name: not the zone `lan`.
  if (/\.rev(?:erse)?$|^rev(?:erse)?[.-]/i.test(file) && !/\.arpa$/i.test(name)) return null;
  // Every Nix file ends in `.nix`, so that marks no zone: `default.nix` and `common.nix` are none.
  const marked = name !== file.replace(/\.(nix|ya?ml)$/i, '');
  if (!/^[A-Za-z0-9_/-]+(\.[A-Za-z0-9_/-]+)*$/.test(name) || (!marked && !name.includes('.')) || noZone.test(name))
    return null;
  const zone = canonicalName(name);
  return nameProblem(zone) === null ? zone : null;
}
