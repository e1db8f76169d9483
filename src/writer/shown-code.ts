/**
 * The text with code that GitHub shows as it stands made blank, so that markup in it does not count as markup. Places
 * stay where they are. It blanks too little rather than too much: only fences at the left margin outside of HTML, and
 * code in a line that has no tag before it, because there other rules may win.
 */
export function withoutShownCode(text: string): string {
  let fence: string | null = null;
  let inHtml = false;
  let inComment = false;
  return text
    .split('\n')
    .map((line) => {
      if (fence !== null) {
        if (closes(line, fence)) fence = null;
        return blank(line);
      }
      if (inComment) {
        inComment = !line.includes('-->');
        return line;
      }
      if (/^\s*$/.test(line)) inHtml = false;
      const opened = inHtml ? null : (/^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? null);
      if (opened !== null) {
        fence = opened;
        // The info string is not shown and stays.
        return line;
      }
      if (/^ {0,3}<[A-Za-z/!?]/.test(line)) inHtml = true;
      inComment = line.lastIndexOf('<!--') > line.lastIndexOf('-->');
      return inHtml || inComment ? line : withoutSpans(line);
    })
    .join('\n');
}

function closes(line: string, fence: string): boolean {
  const mark = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length;
}

function withoutSpans(line: string): string {
  const tag = line.search(/<[A-Za-z/!?]/);
  const first = line.indexOf('`');
  // With a tag before the code, or an escaped backtick, who wins depends on more than this line.
  if (first === -1 || (tag !== -1 && tag < first) || line.includes('\\`')) return line;
  return line.replaceAll(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, blank);
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}
