import type { CommitSha, HostName, StorePath } from '../core/names.ts';
import { shortSha } from '../core/names.ts';
import { code, plain, table } from './markdown.ts';

/** One host as `/status` tells of it. Nothing here was asked of the host: `/verify` does that. */
export interface HostStatus {
  readonly host: HostName;
  readonly current: { readonly path: StorePath; readonly sha: CommitSha | null; readonly at: number } | null;
  readonly held: { readonly sha: CommitSha | null; readonly why: string } | null;
  /** The rollout that has the host now, and those that wait for it. */
  readonly claimedBy: string | null;
  readonly waiting: number;
  readonly locked: { readonly reason: string; readonly expiresAt: number } | null;
  /** A person keeps it as it is; `until` null: until somebody takes the lock off. */
  readonly kept: { readonly by: string; readonly reason: string; readonly until: number | null } | null;
  /** The commit that waits for a reboot. */
  readonly pending: { readonly sha: CommitSha | null } | null;
  /** The newest merged commit that it missed: it was offline, or others of its group were away. */
  readonly missed: { readonly sha: CommitSha; readonly since: number; readonly offline: boolean } | null;
}

/** The answer to `/status`. */
export function renderStatus(hosts: readonly HostStatus[]): string {
  const rows = hosts.map(({ host, current, held, claimedBy, waiting, locked, kept, pending, missed }) => {
    const last =
      current === null
        ? 'not deployed by this bot yet'
        : `${current.sha === null ? '' : `${code(shortSha(current.sha))} `}${code(current.path.slice(11, 19))} since ${new Date(current.at).toISOString().slice(0, 16).replace('T', ' ')}`;
    const state = [
      held === null ? '' : `held: ${plain(held.why)}${held.sha === null ? '' : ` (${code(shortSha(held.sha))})`}`,
      claimedBy === null ? '' : `in rollout ${code(claimedBy)}${waiting > 0 ? `, ${waiting} waiting` : ''}`,
      locked === null
        ? ''
        : `locked (${plain(locked.reason)}) until ${new Date(locked.expiresAt).toISOString().slice(11, 19)}`,
      kept === null
        ? ''
        : `locked by ${code(kept.by)}${kept.until === null ? '' : ` until ${new Date(kept.until).toISOString().slice(0, 16).replace('T', ' ')}`}: ${plain(kept.reason)}`,
      missed === null
        ? ''
        : `${missed.offline ? 'offline' : 'behind'} since ${new Date(missed.since).toISOString().slice(0, 16).replace('T', ' ')}, asked again until it is brought to ${code(shortSha(missed.sha))}`,
      pending === null ? '' : `waits for a reboot${pending.sha === null ? '' : ` into ${code(shortSha(pending.sha))}`}`,
    ].filter((part) => part !== '');
    return [code(host), last, state.length === 0 ? 'free' : state.join('; ')];
  });
  return `${table(['Host', 'Last good deploy', 'State'], rows)}\n\nThis is what the bot remembers; ${code('/verify')} asks the hosts.`;
}
