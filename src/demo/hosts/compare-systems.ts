import type { StorePath } from '../../core/names.ts';
import { printCompare } from '../../host/compare-answer.ts';
import type { PracticeMachine } from './practice-machine.ts';

/** What `fleetwright-compare` says on a practice host: units by name, and what the arranged failures make of them. */
export function compareSystems({ disk, failures }: PracticeMachine, from: StorePath, to: StorePath): string {
  const [old, fresh] = [disk.store.get(from), disk.store.get(to)];
  if (old === undefined || fresh === undefined) return printCompare([]);
  const added = fresh.units.filter((unit) => !old.units.includes(unit));
  const removed = old.units.filter((unit) => !fresh.units.includes(unit));
  const inhibited =
    failures.of('activation-inhibited', fresh).length > 0 && failures.of('activation-inhibited', old).length === 0;
  const json = (value: string) => Buffer.from(JSON.stringify({ 'dbus-implementation': value })).toString('base64');
  return printCompare([
    ...failures.of('kernel-changed', fresh).map(() => 'reboot kernel'),
    ...(inhibited ? [`inhibitors-old ${json('dbus')}`, `inhibitors-new ${json('broker')}`] : []),
    ...added.map((unit) => `unit added ${unit}`),
    ...removed.map((unit) => `unit removed ${unit}`),
  ]);
}
