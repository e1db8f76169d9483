/** When to stop waiting: `leave` throws, `cancel` is an answer. */
export interface Stops {
  readonly leave: AbortSignal;
  /** Null: what is waited for is never cancelled. */
  readonly cancel: AbortSignal | null;
}

/** The promise's value; throws when the drive must leave, so that a host which never answers cannot keep it. */
export async function until<Value>(work: Promise<Value>, { leave, cancel }: Stops): Promise<Value | 'cancelled'> {
  const done = new AbortController();
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { signal: done.signal, once: true });
    });
  const left = aborted(leave).then((): never => {
    leave.throwIfAborted();
    throw new Error('bug: left without an abort');
  });
  const racers: Promise<Value | 'cancelled'>[] = [work, left];
  if (cancel !== null) racers.push(aborted(cancel).then(() => 'cancelled' as const));
  // Whoever loses the race is not waited for, and its end is nobody's business any more.
  work.catch(() => {});
  left.catch(() => {});
  try {
    return await Promise.race(racers);
  } finally {
    done.abort();
  }
}
