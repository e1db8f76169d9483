/** Text that is HTML already. Only this file and the Markdown reader make it, so nothing unescaped gets in. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | null | readonly Part[];

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map(render).join('');
}

/** A template whose parts are escaped unless they are `Html`. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, index) => text + render(parts[index] ?? null)).join('') };
}

/** Markup that was made safe elsewhere. */
export const trusted = (text: string): Html => ({ html: text });
