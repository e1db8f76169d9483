/** Who made a commit, and when, as git stores it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: Date;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** Reads the text of a commit object (gitformat: header lines, an empty line, the message). */
export function parseCommit(sha: string, text: string): Commit {
  const split = text.indexOf('\n\n');
  const head = split < 0 ? text : text.slice(0, split);
  const message = split < 0 ? '' : text.slice(split + 2);
  const parents: string[] = [];
  let tree = '';
  let author = nobody;
  let committer = nobody;
  for (const line of head.split('\n')) {
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    const key = line.slice(0, space);
    if (key === 'tree') tree = value;
    else if (key === 'parent') parents.push(value);
    else if (key === 'author') author = parseSignature(value);
    else if (key === 'committer') committer = parseSignature(value);
  }
  // git ends a message with a line break; GitHub's API leaves it out.
  return { sha, tree, parents, author, committer, message: message.replace(/\n$/, '') };
}

const nobody: Signature = { name: '', email: '', date: new Date(0) };

function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<([^>]*)> (\d+) [+-]\d{4}$/.exec(text);
  if (match === null) return nobody;
  return { name: match[1] ?? '', email: match[2] ?? '', date: new Date(Number(match[3]) * 1000) };
}

/** The variables by which git is told who makes a commit, and when. */
export function identity(role: 'AUTHOR' | 'COMMITTER', who: Signature): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: who.name,
    [`GIT_${role}_EMAIL`]: who.email,
    [`GIT_${role}_DATE`]: `@${Math.floor(who.date.getTime() / 1000)} +0000`,
  };
}
