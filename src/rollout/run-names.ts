import { createHash } from 'node:crypto';
import type { Attempts, Deploy } from './deploy.ts';

/**
 * Names a run for ever. It is the same after a crash, so asking again attaches instead of activating twice.
 * The host is part of it because two names of one fleet may be one machine, with one folder of runs.
 */
export function runOf(deploy: Deploy, run: keyof Attempts): string {
  return `${rootsOf(deploy)}-${run}-${deploy.attempts[run]}`;
}

/** The name under which a deploy keeps its systems on the host. */
export function rootsOf(deploy: Deploy): string {
  return `${deploy.rollout}-${createHash('sha256').update(deploy.host).digest('hex').slice(0, 8)}`;
}
