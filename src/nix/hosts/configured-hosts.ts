import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { fleetConfigPath } from '../../config/fleet-config.ts';
import { parseFleetConfig } from '../../config/parse-fleet-config.ts';
import type { Unread } from '../repository.ts';
import type { FoundHost } from './found.ts';

/**
 * What the config file's `hosts:` says stands over what was read: a machine that it names is a host of the fleet, and
 * one that was not found is listed by the line that names it.
 */
export function withConfigured(
  found: readonly FoundHost[],
  text: string,
): { readonly hosts: readonly FoundHost[]; readonly unread: readonly Unread[] } {
  const parsed = parseFleetConfig(text);
  if (parsed.kind === 'invalid') {
    const unread = parsed.findings.map(({ line = 1, message }) => ({ file: fleetConfigPath, line, why: message }));
    return { hosts: found, unread };
  }
  const lines = hostLines(text);
  const configured = new Map(
    Object.entries(parsed.config.hosts).map(([name, { attribute }]) => [attribute ?? name, name] as const),
  );
  const said = (attribute: string): Pick<FoundHost, 'file' | 'line' | 'how' | 'confidence' | 'kind'> => {
    const name = configured.get(attribute) ?? attribute;
    const how = `hosts.${name} in ${fleetConfigPath}`;
    return { file: fleetConfigPath, line: lines.get(name) ?? 1, how, confidence: 'certain', kind: 'host' };
  };
  const known = found.map((host) => {
    if (!configured.has(host.name) || host.kind === 'guest') return host;
    if (host.kind === 'host' && host.confidence === 'certain') return host;
    const { how, confidence, kind } = said(host.name);
    return { ...host, how: `${host.how}; ${how}`, confidence, kind };
  });
  const names = new Set(known.filter(({ kind }) => kind === 'host').map(({ name }) => name));
  const missing = [...configured.keys()].filter((attribute) => !names.has(attribute));
  return { hosts: [...known, ...missing.map((name) => ({ name, ...said(name) }))], unread: [] };
}

function hostLines(text: string): ReadonlyMap<string, number> {
  const counter = new LineCounter();
  const hosts = parseDocument(text, { lineCounter: counter }).get('hosts');
  const lines = new Map<string, number>();
  for (const { key } of isMap(hosts) ? hosts.items : []) {
    if (isScalar(key) && key.range) lines.set(String(key.value), counter.linePos(key.range[0]).line);
  }
  return lines;
}
