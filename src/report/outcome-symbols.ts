import type { Outcome } from '../core/outcome.ts';

/** What an outcome looks like at the first glance. */
export const outcomeSymbols: Readonly<Record<Outcome, string>> = {
  deployed: '✅',
  unchanged: '✅',
  'build-failed': '❌',
  reverted: '↩️',
  'reverted-by-reboot': '↩️',
  'boot-pending': '⏸️',
  offline: '💤',
  refused: '⛔',
  cancelled: '⏹️',
  'needs-hands': '🆘',
  unknown: '🆘',
};
