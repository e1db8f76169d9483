import { hiddenInTags } from './hidden-in-tags.ts';
import type { Hidden } from './hidden-text.ts';

/** Markup that GitHub renders as nothing, or whose text it does not show. `markup` has its shown code made blank. */
export function hiddenMarkup(markup: string, whole: string): Hidden[] {
  return [
    ...enclosed(markup),
    ...definitions(markup),
    ...linksAndPictures(markup),
    ...inDiagramsAndFormulas(whole),
    ...matches(
      markup,
      /^ {0,3}(?:`{3,}(?!`)|~{3,}(?!~))[ \t]*\S+[ \t]+(\S.*)$/gm,
      'words behind the language of a code block, which are not shown',
      1,
    ),
    ...matches(
      markup,
      /&amp;#?\w{1,8};|&#(?:x[2-7][0-9a-f]|3[2-9]|[4-9]\d|1[01]\d|12[0-6]);/gi,
      'a plain character written as an entity',
      0,
    ),
    ...hiddenInTags(markup),
  ];
}

/** Comments, processing instructions, declarations and CDATA; one that is not closed hides the rest of the text. */
function enclosed(text: string): Hidden[] {
  const kinds = [
    { open: '<!--', close: /--!?>/g, what: 'an HTML comment' },
    { open: '<![CDATA[', close: /\]\]>/g, what: 'a CDATA section' },
    { open: '<!', close: />/g, what: 'a declaration' },
    { open: '<?', close: /\?>/g, what: 'a processing instruction' },
  ];
  const found: Hidden[] = [];
  for (let at = text.indexOf('<'); at !== -1; ) {
    const kind = kinds.find(({ open }) => text.startsWith(open, at));
    if (kind === undefined) {
      at = text.indexOf('<', at + 1);
      continue;
    }
    // `<!-->` closes itself in some readers and not in others; what follows is reported either way.
    const start = at + kind.open.length;
    kind.close.lastIndex = start;
    const close = kind.close.exec(text);
    const inner = text.slice(start, close?.index ?? text.length);
    if (close === null) found.push({ at, what: `${kind.what} that is never closed and hides the rest`, text: inner });
    else if (inner.trim() !== '') found.push({ at, what: kind.what, text: inner });
    at = text.indexOf('<', close === null ? text.length : close.index + 1);
  }
  return found;
}

/** Link and footnote definitions are shown nowhere unless something refers to them. */
function definitions(text: string): Hidden[] {
  const found: Hidden[] = [];
  for (const match of text.matchAll(/^[ \t>*+-]{0,12}\[([^\]\n]{1,200})\]:[ \t]*(.*)$/gm)) {
    const [whole, label = '', rest = ''] = match;
    const uses = countOf(text, `[${label.toLowerCase()}]`) - 1;
    if (label.startsWith('^')) {
      if (uses < 1) found.push({ at: match.index, what: 'a footnote that nothing refers to', text: rest });
    } else if (uses < 1) found.push({ at: match.index, what: 'a link definition that nothing refers to', text: whole });
    else if (/["'(]/.test(rest)) found.push({ at: match.index, what: 'the title of a link definition', text: rest });
  }
  return found;
}

function countOf(text: string, part: string): number {
  return text.toLowerCase().split(part).length - 1;
}

function linksAndPictures(text: string): Hidden[] {
  return [
    ...matches(text, /!\[([^\]\n]{1,1000})\][([]/g, 'the alternative text of a picture', 1).filter(
      (one) => one.text.trim().split(/\s+/).length > 2,
    ),
    ...matches(text, /(?<!!)\[[ \t]*\]\(([^)\n]{1,500})\)/g, 'a link without a text', 1),
    ...matches(
      text,
      /\]\([^\s()]{1,500}[ \t]+((?:"[^"\n]{1,500}"|'[^'\n]{1,500}'|\([^)\n]{1,500}\)))[ \t]*\)/g,
      'the title of a link',
      1,
    ),
    ...matches(
      text,
      /\]\(([^\s()]{0,500}(?:%20[^\s()%]{1,100}){3}[^\s()]{0,500})/g,
      'words in the address of a link',
      1,
    ),
  ];
}

/** Inside code blocks that GitHub draws instead of showing. */
function inDiagramsAndFormulas(text: string): Hidden[] {
  const found: Hidden[] = [];
  for (const block of text.matchAll(/^ {0,3}(`{3,}|~{3,})[ \t]*mermaid\b[^\n]*\n/gim)) {
    const start = block.index + block[0].length;
    const end = text.indexOf(`\n${block[1] ?? ''}`, start);
    for (const { at, ...one } of matches(
      text.slice(start, end === -1 ? text.length : end),
      /%%(.*)$/gm,
      'a comment in a diagram',
      1,
    ))
      found.push({ at: start + at, ...one });
  }
  return [
    ...found,
    ...matches(
      text,
      /\\(?:text)?color\{?[^}\n]{0,30}\}?|\\[hv]?phantom\b.{0,200}/g,
      'a formula that paints or hides its text',
      0,
    ),
  ];
}

function matches(text: string, pattern: RegExp, what: string, group: number): Hidden[] {
  return [...text.matchAll(pattern)].map((match) => ({ at: match.index, what, text: match[group] ?? '' }));
}
