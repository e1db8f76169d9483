import { createHash } from 'node:crypto';
import type { TreeEntry } from '../core/tree.ts';

/** One evaluated source and how its store is read. */
export interface EvaluatedSource {
  /** The store path of the repository itself: what `self` and `${self}` are. */
  readonly self: string;
  /** Its hash as Nix prints it, which stands in every system that puts the flake into its registry. */
  readonly narHash: string;
  readonly entries: readonly TreeEntry[];
  /** The text of a file of the store; null for a folder, and for what is too long to be a derivation. */
  read(storePath: string): Promise<string | null>;
}

const storePath = /\/nix\/store\/[0-9a-df-np-sv-z]{32}-[A-Za-z0-9+._?=-]+/g;

/**
 * What a system is made of, as one digest that leaves out where the repository itself lies in the store. That path
 * differs at every commit, so a system that keeps a copy of its configuration, or writes the flake into its registry,
 * would differ with every word in a README. A file below it counts by its content, and all else as Nix has it.
 */
export class SystemDigests {
  private readonly source: EvaluatedSource;
  private readonly known = new Map<string, Promise<string>>();
  private readonly outputs = new Map<string, string>();
  private readonly byPath: ReadonlyMap<string, string>;
  private readonly top: string;

  constructor(source: EvaluatedSource) {
    this.source = source;
    this.byPath = new Map(source.entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`] as const));
    this.top = digest(source.entries.map(({ path, mode, blob }) => `${mode} ${blob} ${path}`).join('\n'));
  }

  /** The digest of a derivation. */
  of(drvPath: string): Promise<string> {
    const known = this.known.get(drvPath) ?? this.read(drvPath);
    this.known.set(drvPath, known);
    return known;
  }

  private async read(path: string): Promise<string> {
    const text = await this.source.read(path);
    if (text === null) return path;
    const isDerivation = path.endsWith('.drv');
    const own = isDerivation ? outputsOf(text) : new Map<string, string>();
    const names = [...new Set(text.match(storePath))];
    const said = new Map<string, string>();
    for (const name of names) if (name.endsWith('.drv') && name !== path) said.set(name, await this.of(name));
    for (const name of names) {
      if (said.has(name) || name === this.source.self || name === path) continue;
      const output = own.get(name);
      said.set(name, output === undefined ? (this.outputs.get(name) ?? (await this.of(name))) : `own ${output}`);
    }
    const plain = this.withoutSelf(text).replaceAll(storePath, (name) => said.get(name) ?? name);
    // A file that says nothing of where the repository lies is as its own path says.
    const made = !isDerivation && plain === text ? path : digest(plain);
    for (const [output, name] of own) this.outputs.set(output, `${made} ${name}`);
    return made;
  }

  private withoutSelf(text: string): string {
    const { self, narHash } = this.source;
    let plain = '';
    let from = 0;
    for (let at = text.indexOf(self); at >= 0; at = text.indexOf(self, from)) {
      const rest = /^[A-Za-z0-9+._?=/-]*/.exec(text.slice(at + self.length, at + self.length + 4096))?.[0] ?? '';
      const { length, content } = this.below(rest);
      plain += `${text.slice(from, at)}<self${content}>`;
      from = at + self.length + length;
    }
    return (plain + text.slice(from)).replaceAll(narHash, '<hash of self>');
  }

  /** What a text behind the repository's path names: the longest path that there is, by its content. */
  private below(rest: string): { readonly length: number; readonly content: string } {
    if (!rest.startsWith('/') || rest === '/') return { length: 0, content: '' };
    for (let end = rest.length; end > 1; end--) {
      const path = rest.slice(1, end).replace(/\/+$/, '');
      const file = this.byPath.get(path);
      if (file !== undefined) return { length: end, content: `/${path} ${file}` };
      const inside = [...this.byPath].filter(([name]) => name.startsWith(`${path}/`));
      if (inside.length > 0) return { length: end, content: `/${path} ${digest(inside.join('\n'))}` };
    }
    // Something below that is not to be told from the text: all of it may be meant.
    return { length: 0, content: ` ${this.top}` };
  }
}

/** Each output's path with its name: `Derive([("out","/nix/store/…","",""),…],[…` (Eelco Dolstra's thesis, 5.4). */
function outputsOf(derivation: string): Map<string, string> {
  const list = /^Derive\(\[(.*?)\],\[/s.exec(derivation)?.[1] ?? '';
  return new Map([...list.matchAll(/\("([^"]+)","([^"]+)"/g)].map(([, name = '', path = '']) => [path, name] as const));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
