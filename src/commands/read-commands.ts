/**
 * One line of a comment that begins with `/verb`. The grammar:
 *
 *     line     = "/" verb *(1*blank word)
 *     verb     = letter *(letter / "-")            ; compared without case
 *     word     = 1*(any character but blank) | '"' *(any character but '"') '"'
 *
 * The slash must be the first character of the line. Lines inside code fences, indented code, quotes (`>`) and HTML
 * comments are not commands: they are somebody else's words or not meant to be read.
 */
export interface CommandLine {
  readonly verb: string;
  readonly words: readonly string[];
  /** The line as written, without its line end. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

export interface ReadComment {
  readonly commands: readonly CommandLine[];
  /** There is nothing in the comment but command lines. Then an unknown verb was surely meant for a bot. */
  readonly onlyCommands: boolean;
}

/** Finds the command lines of a comment body. Never throws, whatever the text. */
export function readCommands(body: string): ReadComment {
  const commands: CommandLine[] = [];
  let fence: string | null = null;
  let hidden = false;
  let prose = false;
  body.split(/\r\n|\n|\r/).forEach((raw, index) => {
    if (fence !== null) {
      if (raw.trim().startsWith(fence) && /^ {0,3}(`+|~+)[ \t]*$/.test(raw)) fence = null;
      return;
    }
    const shown = withoutHtmlComments(raw, hidden);
    hidden = shown.stillHidden;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(shown.text)?.[1];
    if (mark !== undefined) {
      fence = mark;
      prose = true;
      return;
    }
    const command = readLine(shown.text, index + 1);
    if (command !== null) commands.push(command);
    else if (shown.text.trim() !== '') prose = true;
  });
  return { commands, onlyCommands: commands.length > 0 && !prose };
}

function readLine(text: string, line: number): CommandLine | null {
  const found = /^\/([A-Za-z][A-Za-z-]*)(?:[ \t]+(.*))?$/.exec(text.trimEnd());
  const verb = found?.[1];
  if (verb === undefined) return null;
  return { verb: verb.toLowerCase(), words: wordsOf(found?.[2] ?? ''), text: text.trimEnd(), line };
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** What of a line is shown on the page. A comment that is never closed hides the rest of the text, as it does there. */
function withoutHtmlComments(line: string, hidden: boolean): { readonly text: string; readonly stillHidden: boolean } {
  let text = '';
  let rest = line;
  let inside = hidden;
  while (rest !== '') {
    const mark = inside ? '-->' : '<!--';
    const at = rest.indexOf(mark);
    if (!inside) text += at === -1 ? rest : rest.slice(0, at);
    if (at === -1) break;
    rest = rest.slice(at + mark.length);
    inside = !inside;
  }
  return { text, stillHidden: inside };
}
