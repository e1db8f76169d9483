import type { Failures } from './practice-failure.ts';
import type { Endpoint, PracticeSystem } from './practice-system.ts';

/** One unit of the running system. */
export type PracticeUnit =
  | { readonly kind: 'active' }
  | { readonly kind: 'failed'; readonly message: string }
  /** Dies and is restarted; the counter grows by one each time. */
  | { readonly kind: 'flapping'; readonly since: number; readonly everyMs: number };

export type PracticeUnits = ReadonlyMap<string, PracticeUnit>;

/** What becomes of a system's units when it is started, given what was arranged to go wrong. */
export function startUnits(system: PracticeSystem, failures: Failures, now: number): PracticeUnits {
  const units = new Map<string, PracticeUnit>(system.units.map((unit) => [unit, { kind: 'active' }]));
  for (const endpoint of portClashes(system.endpoints)) {
    units.set(endpoint.unit, {
      kind: 'failed',
      message: `listen tcp 0.0.0.0:${endpoint.port}: bind: address already in use`,
    });
  }
  for (const { unit, everyMs } of failures.of('unit-flaps', system)) {
    if (units.has(unit)) units.set(unit, { kind: 'flapping', since: now, everyMs: everyMs ?? 2000 });
  }
  for (const { unit, message } of failures.of('unit-fails', system)) {
    if (units.has(unit)) units.set(unit, { kind: 'failed', message: message ?? 'exited with status 1' });
  }
  return units;
}

/** Two services on one port: whoever comes second does not start. */
function portClashes(endpoints: readonly Endpoint[]): Endpoint[] {
  return endpoints.filter((endpoint, index) =>
    endpoints.some((other, earlier) => earlier < index && other.port === endpoint.port && other.unit !== endpoint.unit),
  );
}

export function failedUnits(units: PracticeUnits): string[] {
  return [...units].filter(([, unit]) => unit.kind === 'failed').map(([name]) => name);
}

export interface Restarting {
  readonly unit: string;
  readonly count: number;
  /** In `auto-restart` at this moment; otherwise it has just been started once more. */
  readonly waiting: boolean;
}

export function restartingUnits(units: PracticeUnits, now: number): Restarting[] {
  return [...units].flatMap(([name, unit]) => {
    if (unit.kind !== 'flapping') return [];
    const elapsed = now - unit.since;
    // The first half of a period it waits for its restart, the second half it runs until it dies.
    const waiting = elapsed % unit.everyMs < unit.everyMs / 2;
    return [{ unit: name, count: Math.floor(elapsed / unit.everyMs) + (waiting ? 0 : 1), waiting }];
  });
}

/** As `systemctl show` prints one unit: the service's own properties come first. */
export function showUnit(name: string, units: PracticeUnits, now: number): string {
  const full = name.includes('.') ? name : `${name}.service`;
  const unit = units.get(full);
  const restarting = restartingUnits(units, now).find((one) => one.unit === full)?.waiting === true;
  const [load, active, sub, result] =
    unit === undefined
      ? ['not-found', 'inactive', 'dead', 'success']
      : unit.kind === 'failed'
        ? ['loaded', 'failed', 'failed', 'exit-code']
        : restarting
          ? ['loaded', 'activating', 'auto-restart', 'exit-code']
          : ['loaded', 'active', 'running', 'success'];
  return `Result=${result}\nId=${full}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\n`;
}
