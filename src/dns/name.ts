/**
 * Domain names in presentation form (RFC 1035 section 5.1). A canonical name is absolute, in lower case, with one
 * spelling for each octet, so that two canonical names are the same name exactly when they are the same string.
 */

const plain = /^[!#%-'*-:<-?A-[\]-~]+$/;

/** ASCII only: DNS compares without case for A to Z and nothing else (RFC 4343 section 3). */
export function lowerCase(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** One spelling for escapes: `\065` is `a`, `\.` stays a dot inside a label, what cannot be printed is `\DDD`. */
function normalEscapes(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char !== '\\') {
      out += char === '.' ? '.' : spell(char);
      continue;
    }
    const digits = /^[0-2]\d\d/.exec(text.slice(at + 1, at + 4))?.[0];
    if (digits !== undefined && Number(digits) < 256) {
      out += spell(String.fromCharCode(Number(digits)));
      at += 3;
    } else {
      at += 1;
      out += spell(text.charAt(at));
    }
  }
  return out;
}

function spell(char: string): string {
  if (char === '') return '\\\\';
  if (/^[.\\";()@$]$/.test(char)) return `\\${char}`;
  const code = char.charCodeAt(0);
  if (code > 32 && code < 127) return lowerCase(char);
  return code < 256 ? `\\${String(code).padStart(3, '0')}` : char;
}

function canonicalText(text: string): string {
  return plain.test(text) ? text.toLowerCase() : normalEscapes(text);
}

/** True where the text ends in a dot that is not escaped. */
export function isAbsolute(text: string): boolean {
  if (!text.endsWith('.')) return false;
  let slashes = 0;
  for (let at = text.length - 2; at >= 0 && text.charAt(at) === '\\'; at -= 1) slashes += 1;
  return slashes % 2 === 0;
}

/** The canonical form of `text` as written where `origin` (canonical) is in force. */
export function absoluteName(text: string, origin: string): string {
  if (text === '@') return origin;
  const name = canonicalText(text);
  if (isAbsolute(text)) return name;
  return origin === '.' ? `${name}.` : `${name}.${origin}`;
}

/** Canonical form of a name that people write without the closing dot: `Example.ORG` and `example.org.` are one. */
export function canonicalName(text: string): string {
  return absoluteName(text, '.');
}

/** True where the canonical `name` is `zone` or below it. */
export function isWithin(name: string, zone: string): boolean {
  if (name === zone || zone === '.') return true;
  if (!name.endsWith(zone) || name.charAt(name.length - zone.length - 1) !== '.') return false;
  // `a\.example.org.` is one label in front of `org.`: the dot before the zone must part labels.
  return isAbsolute(name.slice(0, name.length - zone.length));
}

/** How the canonical `name` is written where `origin` is in force, or null where only the absolute form will do. */
export function relativeName(name: string, origin: string): string | null {
  if (name === origin) return '@';
  if (origin === '.' || !isWithin(name, origin)) return null;
  return name.slice(0, name.length - origin.length - 1);
}

/** The labels of a canonical name, from the host down to the top, without the root. */
export function labelsOf(name: string): readonly string[] {
  if (name === '.') return [];
  if (!name.includes('\\')) return name.slice(0, -1).split('.');
  const labels: string[] = [];
  let label = '';
  for (let at = 0; at < name.length; at += 1) {
    const char = name.charAt(at);
    if (char === '\\') {
      label += char + name.charAt(at + 1);
      at += 1;
    } else if (char === '.') {
      labels.push(label);
      label = '';
    } else label += char;
  }
  return labels;
}

/** The name one label up, or null at the root. */
export function parentOf(name: string): string | null {
  const labels = labelsOf(name);
  if (labels.length === 0) return null;
  return labels.length === 1 ? '.' : `${labels.slice(1).join('.')}.`;
}

/** What is wrong with a canonical name, or null: lengths as RFC 1035 section 2.3.4 has them. */
export function nameProblem(name: string): string | null {
  if (name === '.') return null;
  let total = 1;
  for (const label of labelsOf(name)) {
    const octets = octetsOf(label);
    if (octets === 0) return `the name ${name} has an empty label`;
    if (octets > 63) return `the label ${label.slice(0, 20)}… has ${octets} octets, 63 are allowed`;
    total += octets + 1;
  }
  return total > 255 ? `the name has ${total} octets, 255 are allowed` : null;
}

function octetsOf(label: string): number {
  return new TextEncoder().encode(label.replace(/\\(\d\d\d|.)/gs, 'x')).length;
}

/** Names that somebody may have meant: few edits away, nearest first. */
export function nearNames(name: string, known: Iterable<string>, most = 3): readonly string[] {
  const allowed = Math.max(1, Math.floor(name.length / 5));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const distance = editDistance(name, candidate, allowed);
    if (distance <= allowed) found.push({ name: candidate, distance });
  }
  return found
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((candidate) => candidate.name);
}

function editDistance(a: string, b: string, most: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const value = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(value);
      if (value < least) least = value;
    }
    if (least > most) return least;
    row = next;
  }
  return row[b.length] ?? most + 1;
}
