/** Where an error is said to be, as a path of the repository. */
export interface ErrorPlace {
  readonly file: string;
  readonly line: number | null;
}

export interface BuildError {
  /** The lines that say what is wrong, in their order. */
  readonly lines: readonly string[];
  /** The places in the repository that the error names, the nearest to the cause first. */
  readonly places: readonly ErrorPlace[];
}

const mostLines = 12;
const mostPlaces = 3;
const longest = 300;

/** A flake's own files as Nix copies them into the store. Another input has the same folder name and another hash. */
const source = /\/nix\/store\/[^\s/]+-source\//g;

/**
 * Reduces the log of a build that failed to what a person needs. Nix prints its trace from the outside in, so what
 * comes last before the message is nearest to the cause; progress, copies and the frames of nixpkgs explain nothing.
 * `isOurs` tells the files of the repository from those of another flake, which look the same.
 */
export function buildError(log: string, isOurs: (file: string) => boolean): BuildError {
  const all = log.split(/\r?\n/).map((line) => stripped(line).trimEnd());
  const places: ErrorPlace[] = [];
  for (const line of [...all].reverse()) {
    const place = placeIn(line);
    if (place === null || !isOurs(place.file)) continue;
    if (!places.some(({ file, line: at }) => file === place.file && at === place.line)) places.push(place);
  }
  return { lines: messageLines(all), places: places.slice(0, mostPlaces) };
}

/** Without colours, and with paths as the repository has them. */
function stripped(line: string): string {
  // oxlint-disable-next-line no-control-regex -- nix and builders colour what they print
  return line.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll(source, '');
}

/** `at modules/web.nix:12:5:`, as Nix names a place; also what a builder says of a file and a line. */
function placeIn(line: string): ErrorPlace | null {
  const { file, at } = /\bat (?:«[^»]*»\/?)?(?<file>[^\s:«»]+\.nix):(?<at>\d+)(?::\d+)?:?\s*$/.exec(line)?.groups ?? {};
  if (file !== undefined) return { file: file.replace(/^\/+/, ''), line: Number(at) };
  const named = /^\s*(?:- )?In [`'"]?(?<file>[^\s`'"]+\.nix)[`'"]?(?:$|[:,])/.exec(line)?.groups?.['file'];
  return named === undefined ? null : { file: named, line: null };
}

const noise =
  /^(building the system configuration|copying path|copying \d+ path|these \d+ (derivations|paths)|this (derivation|path) will|\s*\/nix\/store\/|building '|fetching |downloading |unpacking |evaluating |warning: Git tree|Command '.*' returned non-zero|\s*…|\s*at .*:\d+|\s*\d*\|\s|\s*note: |\s*\(stack trace truncated)/;
const beginning = /^\s*(error|fatal|Failed assertions)\b/i;

/** From the last `error:` on, without what explains nothing; of a builder's failure the last lines of its log. */
function messageLines(all: readonly string[]): readonly string[] {
  const starts = all.flatMap((line, index) => (beginning.test(line) && !isWrapper(line) ? [index] : []));
  const first = starts.at(-1) ?? all.findIndex((line) => beginning.test(line));
  const from = first === -1 ? Math.max(0, all.length - mostLines) : first;
  const lines = all.slice(from).filter((line) => line.trim() !== '' && !noise.test(line) && !isWrapper(line));
  const kept = lines.length > 0 ? lines : all.filter((line) => line.trim() !== '').slice(-1);
  return kept.slice(0, mostLines).map((line) => (line.length > longest ? `${line.slice(0, longest)}…` : line));
}

/** That something which needed the broken part was not built either. */
function isWrapper(line: string): boolean {
  return /^\s*error: \d+ dependenc(y|ies) of derivation .* failed to build/.test(line) || /^\s*error:\s*$/.test(line);
}
