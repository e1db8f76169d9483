import type { NixTree } from '../nix/parser.ts';
import { plainValue } from '../nix/string-value.ts';
import type { StringLiteral } from '../nix/syntax.ts';
import { canonicalName } from './name.ts';
import { sitesOf } from './nix-text/sites.ts';

/** What a configuration of BIND says of one zone. */
export interface BindZone {
  /** Canonical. */
  readonly zone: string;
  readonly signsInline: boolean;
  readonly takesUpdates: boolean;
}

/** The zone statements of a `named.conf`, also where it stands in a string of a Nix file. */
export function bindZonesIn(text: string): readonly BindZone[] {
  const found: BindZone[] = [];
  for (const match of text.matchAll(/\bzone\s+"([^"\s]+)"\s*(?:IN\s*)?\{/gi)) {
    const body = blockAt(text, match.index + match[0].length);
    found.push(...bindZone(match[1] ?? '', body));
  }
  return found;
}

/** `services.bind.zones`: as a set by name, or as a list of sets that say `name`. */
export function bindZonesInNix(tree: NixTree): readonly BindZone[] {
  const texts = sitesOf(tree).flatMap(({ path, value }) => {
    const said = value.type === 'string' ? plainValue(tree.text, value as StringLiteral) : null;
    return said === null ? [] : [{ path, said }];
  });
  return texts.flatMap(({ path, said }) => {
    const [section, name, word] = path.slice(-3);
    if (section !== 'zones' || word !== 'extraConfig' || typeof name !== 'string') return [];
    return bindZone(name, said);
  });
}

function bindZone(name: string, body: string): readonly BindZone[] {
  const words = body.replace(/(\/\/|#)[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  const signs = /\binline-signing\s+(yes|true|1)\s*;/i.test(words);
  const never = /\binline-signing\s+(no|false|0)\s*;/i.test(words);
  // A policy alone signs in line since BIND 9.20, and before that only where updates are taken.
  const policy = /\bdnssec-policy\s+"?(?!none\b)[\w.-]+"?\s*;/i.test(words);
  const updates = /\b(update-policy\b|allow-update\s*\{(?!\s*none\s*;\s*\}))/i.test(words);
  const signsInline = signs || (policy && !never && !updates);
  return signsInline || updates ? [{ zone: canonicalName(name), signsInline, takesUpdates: updates }] : [];
}

/** The text up to the brace that closes the one before it. */
function blockAt(text: string, from: number): string {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(from, at);
  }
  return text.slice(from);
}
