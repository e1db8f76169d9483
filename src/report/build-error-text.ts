import { buildError } from './build-error.ts';
import { block, code, listed } from './markdown.ts';

/** What is wrong and where the repository says it, from the log of a build that failed. */
export function renderBuildError(log: string): string {
  const foreign = foreignFiles(log);
  const { lines, places } = buildError(log, (file) => !foreign.has(file));
  if (lines.length === 0) return '';
  const where = places.map(({ file, line }) => code(line === null ? file : `${file}:${line}`));
  const head = where.length === 0 ? 'What the build says:' : `What the build says, at ${listed(where)}:`;
  return `${head}\n\n${block(dedented(lines).join('\n'))}`;
}

/** Files of nixpkgs: by its name, or because the same folder of the store holds what only nixpkgs has. */
function foreignFiles(log: string): ReadonlySet<string> {
  const byFolder = new Map<string, string[]>();
  const place = /(?:(\/nix\/store\/[^\s/]+-source)|«([^»]*)»)\/([^\s:'"]+)/g;
  for (const [, folder, input, file = ''] of log.matchAll(place)) {
    const key = folder ?? input ?? '';
    byFolder.set(key, [...(byFolder.get(key) ?? []), file]);
  }
  const isNixpkgs = ([key, files]: readonly [string, readonly string[]]): boolean =>
    /\bnixpkgs\b/i.test(key) ||
    files.some((file) =>
      /^(nixos\/(lib|modules)|pkgs\/stdenv)\/|^lib\/(modules|attrsets|customisation)\.nix$/.test(file),
    );
  return new Set([...byFolder].filter(isNixpkgs).flatMap(([, files]) => files));
}

/** Without the margin that all lines share. */
function dedented(lines: readonly string[]): readonly string[] {
  const margins = lines.map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const margin = Math.min(...margins);
  return lines.map((line) => line.slice(margin));
}
