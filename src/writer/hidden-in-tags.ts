import type { Hidden } from './hidden-text.ts';

/** Attributes that lay out and do not speak. Their values still count where they hold words. */
const plainAttributes =
  /^(href|src|width|height|align|valign|border|class|id|dir|lang|colspan|rowspan|start|open|name|type|checked|disabled)$/i;
const longestTag = 2000;

/** Words in the attributes of HTML tags, elements that are marked hidden, and folds inside folds. */
export function hiddenInTags(text: string): Hidden[] {
  const found: Hidden[] = [];
  let folds = 0;
  let small = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const tag = readTag(text, at);
    if (tag === null) continue;
    const name = /^<\/?([A-Za-z][A-Za-z0-9-]*)/.exec(tag)?.[1]?.toLowerCase() ?? '';
    const step = tag.startsWith('</') ? -1 : 1;
    if (name === 'details') folds = Math.max(0, folds + step);
    if (name === 'sub' || name === 'sup') small = Math.max(0, small + step);
    if (name === 'details' && folds === 2 && step === 1) found.push({ at, what: 'a fold inside a fold', text: '' });
    if ((name === 'sub' || name === 'sup') && small === 2 && step === 1)
      found.push({ at, what: 'text that is made very small', text: text.slice(at, at + 100) });
    for (const one of attributesOf(tag)) found.push({ at, ...one });
  }
  if (folds > 0)
    found.push({ at: text.toLowerCase().lastIndexOf('<details'), what: 'a fold that is never closed', text: '' });
  return found;
}

/** The tag that begins here, with quotes respected, or null. */
function readTag(text: string, at: number): string | null {
  if (!/[A-Za-z/]/.test(text[at + 1] ?? '')) return null;
  let quote: string | null = null;
  const end = Math.min(text.length, at + longestTag);
  for (let place = at + 1; place < end; place++) {
    const character = text[place] ?? '';
    if (quote !== null) {
      if (character === quote) quote = null;
    } else if (character === '>') return text.slice(at, place + 1);
    else if (character === '<') return null;
    else if (character === '"' || character === "'") quote = character;
  }
  return null;
}

function attributesOf(tag: string): { readonly what: string; readonly text: string }[] {
  const inner = tag.replace(/^<\/?[A-Za-z][A-Za-z0-9-]*/, '').replace(/\/?>$/, '');
  const found: { readonly what: string; readonly text: string }[] = [];
  for (const [, name = '', value = ''] of inner.matchAll(/([^\s=/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"']+))?/g)) {
    const bare = value.replace(/^["']|["']$/g, '');
    if (/^hidden$/i.test(name)) found.push({ what: 'an element that is marked hidden', text: '' });
    else if (plainAttributes.test(name)) {
      if (/(?:%20|\+|\s).*(?:%20|\+|\s)/.test(bare)) found.push({ what: `words in the attribute ${name}`, text: bare });
    } else if (/\s/.test(bare.trim()) || bare.length > 20) found.push({ what: `the attribute ${name}`, text: bare });
  }
  return found;
}
