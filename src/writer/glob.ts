/** A glob over paths with `/`: `*` and `?` stay inside a part, `**` crosses parts, `{a,b}` is either. Linear, never backtracks far. */
export function globMatcher(glob: string): (path: string) => boolean {
  let pattern = '';
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] ?? '';
    if (glob.startsWith('**/', at)) {
      pattern += '(?:[^/]+/)*';
      at += 2;
    } else if (glob.startsWith('**', at)) {
      pattern += '.*';
      at += 1;
    } else if (character === '*') pattern += '[^/]*';
    else if (character === '?') pattern += '[^/]';
    else if (character === '{') {
      pattern += '(?:';
      braces += 1;
    } else if (character === '}' && braces > 0) {
      pattern += ')';
      braces -= 1;
    } else if (character === ',' && braces > 0) pattern += '|';
    else pattern += character.replaceAll(/[.+^$()|[\]\\{}]/g, '\\$&');
  }
  const whole = new RegExp(`^${pattern}${')'.repeat(braces)}$`, 'u');
  return (path) => whole.test(path);
}
