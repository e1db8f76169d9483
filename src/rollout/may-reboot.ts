import { type HostName, shortSha } from '../core/names.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Pending } from './host-record.ts';

/** The system for which a host may be rebooted, or why not: it must be the one that waits there, at the commit that was named. */
export function mayReboot(host: HostName, pending: Pending | null, commit: string): Pending | Refusal {
  if (pending === null || pending.sha === null) return refuse('nothing-pending', { host }, `/status ${host}`);
  if (pending.sha.startsWith(commit)) return pending;
  const current = shortSha(pending.sha);
  return refuse('sha-mismatch', { host, asked: commit, current }, `/reboot ${host} @${current}`);
}
