import { parseNix } from '../nix/parser.ts';
import { sitesOf } from './nix-text/sites.ts';
import type { SayingFile } from './serial-makers.ts';

/** The name servers that bring a program which reads a zone as they would. */
export const serverPrograms = { knot: 'kzonecheck', nsd: 'nsd-checkzone' } as const;

export type ServerProgram = (typeof serverPrograms)[keyof typeof serverPrograms];

/** A Nix file that says none of these enables none of them. */
export const serverWords = Object.keys(serverPrograms).flatMap((name) => [
  `services.${name}`,
  `${name} = {`,
  `${name}.enable`,
]);

/** Which of them the repository's machines are told to run, by `services.<name>.enable`. */
export function programsInUse(files: readonly SayingFile[]): readonly ServerProgram[] {
  const enabled = new Set(files.flatMap(({ path, text }) => (/\.nix$/i.test(path) ? enabledIn(text) : [])));
  return Object.entries(serverPrograms).flatMap(([name, program]) => (enabled.has(name) ? [program] : []));
}

function enabledIn(text: string): readonly string[] {
  if (!serverWords.some((word) => text.includes(word))) return [];
  return sitesOf(parseNix(text)).flatMap(({ path, value }) => {
    const [section, name, word] = path.slice(-3);
    const off = value.type === 'ident' && value.name === 'false';
    return section === 'services' && word === 'enable' && typeof name === 'string' && !off ? [name] : [];
  });
}
