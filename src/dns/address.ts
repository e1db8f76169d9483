/** Addresses in their one canonical spelling, or null where the text is none. */

export function canonicalIpv4(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  // A leading zero is octal to some readers and decimal to others (RFC 6943 section 3.1.1), so it is refused.
  return parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256) ? text : null;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`. */
export function canonicalIpv6(text: string): string | null {
  const groups = ipv6Groups(text);
  if (groups === null) return null;
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
    if (length > 0) at += length - 1;
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

/** The eight 16-bit groups of an IPv6 address, also in the form that ends in an IPv4 address. */
export function ipv6Groups(text: string): readonly number[] | null {
  let source = text;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(source);
  if (dotted !== null) {
    const ipv4 = canonicalIpv4(dotted[2] ?? '');
    if (ipv4 === null) return null;
    const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
    source = `${dotted[1] ?? ''}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return null;
  const read = (half: string | undefined): readonly number[] | null => {
    if (half === undefined || half === '') return [];
    const parts = half.split(':');
    return parts.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))
      ? parts.map((part) => Number.parseInt(part, 16))
      : null;
  };
  const head = read(halves[0]);
  const tail = read(halves[1]);
  if (head === null || tail === null) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  if (head.length + tail.length > 7) return null;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
