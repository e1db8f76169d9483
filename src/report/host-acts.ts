import type { HostName } from '../core/names.ts';
import { code, listed, plain, table } from './markdown.ts';

/** A lock as it is told. */
export interface ToldLock {
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number | null;
}

const hostsOf = (hosts: readonly HostName[]): string => listed(hosts.map(code));
const be = (hosts: readonly HostName[]): string => (hosts.length === 1 ? 'is' : 'are');
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const end = (until: number | null): string => (until === null ? 'until it is taken off' : `until ${time(until)}`);

export function renderLocked(hosts: readonly HostName[], { by, reason, until }: ToldLock): string {
  return `${hostsOf(hosts)} ${be(hosts)} locked by ${code(by)} ${end(until)}: ${plain(reason)}. No deploy and no merge reaches ${hosts.length === 1 ? 'it' : 'them'}; what already activates is brought to its end. To take the lock off, type ${code(`/unlock ${hosts.join(' ')}`)}.`;
}

/** `others`: those whose locks were taken off with a reason, for the record. */
export function renderUnlocked(
  unlocked: readonly { readonly host: HostName; readonly lock: ToldLock }[],
  { by, reason }: { readonly by: string; readonly reason: string | null },
): string {
  const lines = unlocked.map(({ host, lock }) =>
    lock.by === by
      ? `- ${code(host)} (${plain(lock.reason)})`
      : `- ${code(host)}, locked by ${code(lock.by)} (${plain(lock.reason)})${reason === null ? '' : `; taken off because: ${plain(reason)}`}`,
  );
  return `${code(by)} took these locks off:\n\n${lines.join('\n')}`;
}

export function renderLocks(locks: readonly { readonly host: HostName; readonly lock: ToldLock }[]): string {
  if (locks.length === 0) return 'No host is locked by a person.';
  const rows = locks.map(({ host, lock: { by, reason, since, until } }) => [
    code(host),
    code(by),
    plain(reason),
    time(since),
    until === null ? 'it is taken off' : time(until),
  ]);
  return table(['Host', 'Locked by', 'Why', 'Since', 'Until'], rows);
}

/** `late`: hosts on which something was activated already. */
export function renderTakenBack({
  by,
  whole,
  taken,
  late,
}: {
  readonly by: string;
  readonly whole: boolean;
  readonly taken: readonly HostName[];
  readonly late: readonly HostName[];
}): string {
  const parts = [
    ...(whole ? [`${code(by)} stopped the rollout: no further host begins.`] : []),
    ...(taken.length === 0
      ? []
      : [`${hostsOf(taken)} ${be(taken)} taken back by ${code(by)}; nothing is activated there.`]),
    ...(late.length === 0
      ? []
      : [
          `${hostsOf(late)} ${late.length === 1 ? 'goes' : 'go'} on: an activation is never interrupted half-way. ${late.length === 1 ? 'It ends' : 'They end'} as the report says.`,
        ]),
  ];
  return parts.join(' ');
}

export function renderFreed(hosts: readonly HostName[], by: string): string {
  return `${hostsOf(hosts)} ${be(hosts)} freed by ${code(by)}. Nothing was deployed: ${hosts.length === 1 ? 'it stays' : 'they stay'} where ${hosts.length === 1 ? 'it is' : 'they are'} until the next merge or ${code(`/deploy ${hosts.join(' ')}`)}.`;
}
