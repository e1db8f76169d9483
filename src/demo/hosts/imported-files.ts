import { posix } from 'node:path';

export type Imported =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'no-such-host' }
  | { readonly kind: 'missing-file'; readonly path: string };

/** The files that a host's system is made from: everything that is named by a literal path, from the flake on. */
export function importedFiles(texts: ReadonlyMap<string, string>, attribute: string): Imported {
  const flake = texts.get('flake.nix');
  if (flake === undefined || !systemsOf(flake).includes(attribute)) return { kind: 'no-such-host' };
  const others = systemsOf(flake).filter((name) => name !== attribute);
  const seen = new Set<string>(['flake.nix', ...(texts.has('flake.lock') ? ['flake.lock'] : [])]);
  const waiting = ['flake.nix'];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    for (const literal of pathLiterals(texts.get(path) ?? '')) {
      const target = posix.normalize(posix.join(posix.dirname(path), literal.path));
      if (path === 'flake.nix' && others.some((other) => `${target}/`.startsWith(`hosts/${other}/`))) continue;
      const found = filesAt(texts, target);
      if (found.length === 0 && !literal.quoted) return { kind: 'missing-file', path: target };
      for (const file of found) {
        if (seen.has(file)) continue;
        seen.add(file);
        if (file.endsWith('.nix')) waiting.push(file);
      }
    }
  }
  return { kind: 'files', paths: [...seen].sort() };
}

/** The names under `nixosConfigurations` of a flake that lists them one by one. */
function systemsOf(flake: string): string[] {
  const from = flake.indexOf('nixosConfigurations');
  if (from === -1) return [];
  const names = flake
    .slice(from)
    .matchAll(/(?:^|[\s{.])"?([A-Za-z0-9_][A-Za-z0-9_.-]*)"?\s*=\s*[\w.]*(?:nixosSystem|mkHost|host)\b/g);
  return [...names].map((match) => match[1] ?? '');
}

function pathLiterals(text: string): { path: string; quoted: boolean }[] {
  const code = text.replaceAll(/\/\*[^]*?\*\//g, ' ').replaceAll(/(^|\s)#.*$/gm, '$1');
  return [...code.matchAll(/(?<![\w./-])\.{1,2}\/[\w.+/-]*[\w+-]/g)].map((match) => {
    const line = code.slice(code.lastIndexOf('\n', match.index) + 1, match.index);
    return { path: match[0], quoted: (line.match(/"/g)?.length ?? 0) % 2 === 1 };
  });
}

function filesAt(texts: ReadonlyMap<string, string>, target: string): string[] {
  if (texts.has(target)) return [target];
  if (texts.has(`${target}/default.nix`)) return [`${target}/default.nix`];
  return [...texts.keys()].filter((path) => path.startsWith(`${target}/`));
}
