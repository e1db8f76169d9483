import { posix } from 'node:path';
import { knownServices } from './known-services.ts';
import type { PracticeSystem, ServedZone } from './practice-system.ts';

/**
 * What a system runs, read from the texts it is made from. This is a practice host's small idea of what NixOS would
 * do, and only that: it looks for `services.NAME`, `containers.NAME` and zones, and knows where the common ones listen.
 */
export function systemServices(
  files: ReadonlyMap<string, string>,
  zoneTexts: ReadonlyMap<string, string>,
): Pick<PracticeSystem, 'units' | 'machines' | 'endpoints' | 'zones'> {
  const units = new Set<string>();
  const machines = new Set<string>();
  const endpoints: PracticeSystem['endpoints'][number][] = [];
  const zones: ServedZone[] = [];
  for (const [path, text] of files) {
    if (!path.endsWith('.nix')) continue;
    const code = text.replaceAll(/(^|\s)#.*$/gm, '$1');
    const container = /\bcontainers\.([A-Za-z0-9_-]+)\s*=/.exec(code)?.[1];
    if (container !== undefined) {
      machines.add(container);
      units.add(`container@${container}.service`);
    }
    for (const name of enabledServices(code)) {
      const known = knownServices.find((service) => service.option === name);
      // A service in a container is a unit in there, and the container's unit out here.
      const unit = container === undefined ? (known?.unit ?? `${name}.service`) : `container@${container}.service`;
      units.add(unit);
      for (const { kind, port, setBy, pages } of known?.ports ?? []) {
        const set = setBy?.exec(code)?.[1];
        endpoints.push({
          unit,
          kind,
          port: set === undefined ? port : Number(set),
          pages: pages?.['/'] === undefined ? (pages ?? {}) : { ...pages, '/': pages['/'] + namesIn(code) },
        });
      }
      if (name === 'nsd' || name === 'bind') zones.push(...zonesIn(path, code, zoneTexts));
    }
  }
  return { units: [...units].sort(), machines: [...machines].sort(), endpoints, zones };
}

/** `services.x.enable = true` and `services.x = { … enable = true; … }`. */
function enabledServices(code: string): Set<string> {
  const dotted = code.matchAll(/\bservices\.([A-Za-z0-9_-]+)\.enable\s*=\s*true/g);
  const opened = [...code.matchAll(/\bservices\.([A-Za-z0-9_-]+)\s*=\s*\{/g)].filter((match) =>
    /^[^}]*?\benable\s*=\s*true/.test(code.slice(match.index)),
  );
  return new Set([...dotted, ...opened].map((match) => match[1] ?? ''));
}

/** A page shows the names that its configuration lists, as a dashboard does. */
function namesIn(code: string): string {
  return [...code.matchAll(/\bname = "([^"]+)"/g)].map((match) => `<li>${match[1]}</li>`).join('');
}

function zonesIn(path: string, code: string, texts: ReadonlyMap<string, string>): ServedZone[] {
  const from = /\brequestXFR\s*=\s*\[\s*"(?:AXFR\s+)?([\d.]+|[0-9a-fA-F:]+)(?:@\d+)?\s/.exec(code)?.[1];
  const masters = /\bmasters\s*=\s*\[\s*"([^"\s]+)"/.exec(code)?.[1];
  const primaries = [...code.matchAll(/"([A-Za-z0-9._/-]+?)\.?"\s*=[^"]*?(\.{1,2}\/[\w./-]+)/g)].flatMap((match) => {
    const text = texts.get(posix.normalize(posix.join(posix.dirname(path), match[2] ?? '')));
    return text === undefined ? [] : [{ kind: 'primary' as const, zone: (match[1] ?? '').toLowerCase(), text }];
  });
  const primary = from ?? masters;
  if (primary === undefined) return primaries;
  const secondaries = [...code.matchAll(/"([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)\.?"\s*=/g)]
    .map((match) => (match[1] ?? '').toLowerCase())
    .filter((zone) => !primaries.some((other) => other.zone === zone));
  return [...primaries, ...secondaries.map((zone) => ({ kind: 'secondary' as const, zone, from: primary }))];
}
