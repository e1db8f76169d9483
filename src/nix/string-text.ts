const plainEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value as text between plain quotes. The value must not hold a NUL, which Nix has no text for. */
export function quoteString(value: string): string {
  return `"${value.replace(/["\\\n\r\t]|\$(?=\{)/g, (found) => plainEscapes[found] ?? `\\${found}`)}"`;
}

/**
 * A value as an indented string whose lines stand at `indent` and whose closing quotes, where they have a line of
 * their own, stand at `closing`.
 */
export function indentString(value: string, indent: string, closing: string): string {
  const lines = value.split('\n');
  const last = lines.length - 1;
  // Where no line begins with text, one that begins with a blank must be marked as text, or all would lose their
  // blanks as indentation. A last line of blanks alone would go with the closing quotes.
  let guarded = lines.some((line) => /^[^ ]/.test(line));
  const written = lines.map((line, index) => {
    if (line === '') return '';
    let body = escapeIndented(line, index === last);
    if (body.startsWith(' ') && (!guarded || (index === last && !/[^ ]/.test(line)))) {
      guarded = true;
      body = `''\\${body}`;
    }
    return indent + body;
  });
  const text = written.join('\n');
  return lines[last] === '' ? `''\n${text}${closing}''` : `''\n${text}''`;
}

/** A line of an indented string that another line or the closing quotes follow. */
export function escapeLine(line: string): string {
  return escapeIndented(line, true);
}

/** A line of an indented string. `atEnd`: the closing quotes follow. */
function escapeIndented(line: string, atEnd: boolean): string {
  let text = '';
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    const next = line[i + 1];
    if (character === "'" && next === "'") {
      text += "'''";
      i++;
    } else if (character === "'") {
      // A quote beside another quote, an escape or the end would be read together with it.
      const alone = next === undefined ? !atEnd : next !== '$' && next !== '\r';
      text += alone ? "'" : "''\\'";
    } else if (character === '$' && next === '{') text += "''$";
    else if (character === '\r') text += "''\\r";
    else text += character;
  }
  return text;
}
