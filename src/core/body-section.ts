/** The lines, hidden from readers, between which code may write a text anew that people may have written around. */
function linesOf(name: string): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- begin ${name} -->`, end: `<!-- end ${name} -->` };
}

export function sectionOf(name: string, text: string): string {
  const { begin, end } = linesOf(name);
  return `${begin}\n\n${text}\n\n${end}`;
}

/** The body with this section as it is now: in its place, or at the end, before the hidden line that ends a body of ours. */
export function withSection(body: string, name: string, text: string): string {
  const { begin, end } = linesOf(name);
  const fresh = text === '' ? '' : sectionOf(name, text);
  const from = body.indexOf(begin);
  const to = from < 0 ? -1 : body.indexOf(end, from);
  if (to >= 0) return body.slice(0, from) + fresh + body.slice(to + end.length);
  if (fresh === '') return body;
  const last = /\s*<!-- fleetwright:[0-9a-f]{32} -->\s*$/.exec(body);
  return last === null ? `${body}\n\n${fresh}` : `${body.slice(0, last.index)}\n\n${fresh}${last[0]}`;
}
