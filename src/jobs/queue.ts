/** The queues, by what waits in them. Names appear in Redis, in metrics and in logs. */
export const queueNames = ['inbox', 'change', 'plan', 'rollout', 'deploy', 'catch-up', 'logs'] as const;
export type QueueName = (typeof queueNames)[number];

/** One sentence for each, for the README. */
export const queueSummaries: Readonly<Record<QueueName, string>> = {
  inbox: 'Deliveries from GitHub, signed and not yet read.',
  change: 'Asks that become a branch and a pull request.',
  plan: 'Head commits that want a plan.',
  rollout: 'A yes, by command or merge, that becomes a rollout.',
  deploy: 'One host of one rollout: a wake-up, the truth is in the record.',
  'catch-up': 'A host that was offline, to be asked whether it is back.',
  logs: 'Journals of hosts that somebody asked for.',
};

/** Work that waits. Adding is durable: when `add` resolves, a crash of this process loses nothing. */
export interface WorkQueue {
  /**
   * With an `id`, the same id within its keeping time (3 days) is added once, however often it is asked for.
   * Without one, every call adds. Ids may hold any characters; the adapter makes them fit.
   */
  add(queue: QueueName, payload: unknown, options?: { readonly id?: string; readonly delayMs?: number }): Promise<void>;
}

/**
 * A handler may be run again with the same payload, at any moment, also while an earlier run of it was killed half-way.
 * A `Fault` with `retry: 'later'` is tried again with growing pauses (or after `retryAfterMs`); `never` and bugs are kept as failed.
 */
export type Handler = (
  payload: unknown,
  run: { readonly attempt: number; readonly signal: AbortSignal },
) => Promise<void>;

/** The side that takes work out. */
export interface WorkSource {
  consume(queue: QueueName, handler: Handler, options: { readonly concurrency: number }): Consumer;
}

export interface Consumer {
  /** Takes no more work and waits for what runs, at most `graceMs`; what is left runs again elsewhere. */
  stop(graceMs: number): Promise<void>;
}
