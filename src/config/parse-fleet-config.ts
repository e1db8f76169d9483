import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { core } from 'zod';
import type { Finding } from '../core/finding.ts';
import { type FleetConfig, fleetConfigPath, fleetConfigShape } from './fleet-config.ts';
import { fingerprintOf, zoneServer } from './host-target.ts';
import { mistakeWords } from './mistake-words.ts';
import type { Misstep } from './misstep.ts';
import { orderMistakes } from './order-mistakes.ts';

export type ParsedConfig =
  | { readonly kind: 'config'; readonly config: FleetConfig }
  | { readonly kind: 'invalid'; readonly findings: readonly Finding[] };

/**
 * Reads the text of `.github/fleetwright.yml`. Every mistake is a finding with its line and column, the key, and what
 * is allowed there; all of them, not the first.
 */
export function parseFleetConfig(text: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    return {
      kind: 'invalid',
      findings: document.errors.map((error) => finding(`is not YAML: ${error.message}`, at(error.pos[0]))),
    };
  }
  let plain: unknown;
  try {
    // Aliases can make a small file huge ("billion laughs"); the library throws past this count.
    plain = document.toJS({ maxAliasCount: 100 });
  } catch {
    const stray = strayAlias(document);
    if (stray === null) return { kind: 'invalid', findings: [finding('uses too many YAML aliases', at(0))] };
    const message = `is not YAML: nothing before this alias is named "&${stray.source}"`;
    return { kind: 'invalid', findings: [finding(message, at(stray.range?.[0] ?? 0))] };
  }
  // Without its input an issue cannot tell a key that is missing from one that holds the wrong thing.
  const parsed = fleetConfigShape.safeParse(plain ?? {}, { reportInput: true });
  if (!parsed.success) {
    const findings = parsed.error.issues.flatMap(messagesOf).map(({ path, message }) => {
      const offset = offsetOf(document.contents as Node | null, path);
      return finding(path.length === 0 ? message : `\`${path.map(String).join('.')}\`: ${message}`, at(offset));
    });
    return { kind: 'invalid', findings };
  }
  const findings = contradictionsIn(parsed.data).map(({ path, message }) =>
    finding(`\`${path.join('.')}\`: ${message}`, at(offsetOf(document.contents as Node | null, path))),
  );
  return findings.length > 0 ? { kind: 'invalid', findings } : { kind: 'config', config: parsed.data };
}

/** The first alias of something that is named nowhere before it. */
function strayAlias(document: ReturnType<typeof parseDocument>): Alias | null {
  const anchors = new Set<string>();
  let stray: Alias | null = null;
  visit(document, (_key, node) => {
    if (isAlias(node) && !anchors.has(node.source)) {
      stray = node;
      return visit.BREAK;
    }
    if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    return undefined;
  });
  return stray;
}

function finding(message: string, position: { line: number; column: number }): Finding {
  return { check: 'config', level: 'error', message, file: fleetConfigPath, ...position };
}

/** What a person can act on: the key, what stands there, what may stand there. */
function messagesOf(issue: core.$ZodIssue): Misstep[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedKeysAt(issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: `no such key${allowed.length > 0 ? `; allowed here: ${allowed.join(', ')}` : ''}`,
    }));
  }
  if (issue.code === 'invalid_value')
    return [{ path: issue.path, message: `must be one of ${issue.values.map(String).join(', ')}` }];
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => ({ path: issue.path, message: inner.message }));
  if (issue.code === 'invalid_type' && issue.expected === 'boolean' && issue.input !== undefined)
    return [{ path: issue.path, message: 'must be one of true, false' }];
  return [{ path: issue.path, message: mistakeWords(issue) }];
}

/** The keys that the shape allows at a path. Records allow any key, so their part of a path is passed over. */
function allowedKeysAt(path: readonly PropertyKey[]): string[] {
  let shape: unknown = fleetConfigShape;
  for (const key of path) shape = innerShape(shape, key);
  const keys = unwrapped(shape);
  return keys !== null && 'shape' in keys ? Object.keys(keys.shape as object) : [];
}

function innerShape(shape: unknown, key: PropertyKey): unknown {
  const inner = unwrapped(shape);
  if (inner === null) return null;
  if ('shape' in inner) return (inner.shape as Record<PropertyKey, unknown>)[key] ?? null;
  if ('valueType' in inner) return inner.valueType;
  return 'element' in inner ? inner.element : null;
}

function unwrapped(shape: unknown): object | null {
  let inner = shape;
  while (
    typeof inner === 'object' &&
    inner !== null &&
    'unwrap' in inner &&
    typeof inner.unwrap === 'function' &&
    !('element' in inner)
  )
    inner = inner.unwrap();
  return typeof inner === 'object' ? inner : null;
}

/** Where the node of a path starts; the nearest parent that exists where it does not. */
function offsetOf(top: Node | null, path: readonly PropertyKey[]): number {
  let node: Node | null = top;
  let offset = top?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = (node.items as Pair<Node, Node | null>[]).find(
        (item) => isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair === undefined) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
      continue;
    }
    if (node === null || !('items' in node) || typeof key !== 'number') return offset;
    const item = (node.items as Node[])[key] ?? null;
    offset = item?.range?.[0] ?? offset;
    node = item;
  }
  return offset;
}

/** What each key allows by itself but the file as a whole contradicts. */
function contradictionsIn(config: FleetConfig): Misstep[] {
  const missteps: Misstep[] = [];
  const byKey = new Map<string, string>();
  for (const [name, host] of Object.entries(config.hosts)) {
    const fingerprint = fingerprintOf(host);
    if (fingerprint === null) {
      missteps.push({
        path: ['hosts', name, 'host_key'],
        message: 'must be a fingerprint (`SHA256:…`, as `ssh-keygen -lf` prints it) or a public key line',
      });
      continue;
    }
    const other = byKey.get(fingerprint);
    // One key on two names would give one machine two locks.
    if (other !== undefined)
      missteps.push({
        path: ['hosts', name, 'host_key'],
        message: `is also the key of ${other}; one machine has one name here`,
      });
    byKey.set(fingerprint, name);
  }
  for (const [name, zone] of Object.entries(config.zones)) {
    zone.servers.forEach((server, index) => {
      if (zoneServer(config, server) === null) {
        missteps.push({
          path: ['zones', name, 'servers', index],
          message: `"${server}" is neither a host of this file nor an address; hosts: ${Object.keys(config.hosts).join(', ')}`,
        });
      }
    });
    if (/^\/|(^|\/)\.\.(\/|$)/.test(zone.file))
      missteps.push({ path: ['zones', name, 'file'], message: 'must be a path inside the repository' });
  }
  return [...missteps, ...orderMistakes(config)];
}
