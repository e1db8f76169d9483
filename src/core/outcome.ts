/** How a deploy ends: exactly one of these. A lost connection is never among them. */
export const outcomes = [
  'deployed',
  'unchanged',
  'build-failed',
  'reverted',
  'reverted-by-reboot',
  'boot-pending',
  'offline',
  'refused',
  'cancelled',
  'needs-hands',
  'unknown',
] as const;

export type Outcome = (typeof outcomes)[number];

/** What an outcome means, asked here once so that no other place compares outcome words. */
interface Meaning {
  /** The host runs what the commit asked for. */
  readonly good: boolean;
  /** A person must act before anything else happens to the host. */
  readonly callsForPerson: boolean;
  /** The host stays where it is until a commit changes something for it, or a person frees it. */
  readonly held: boolean;
  /** One sentence for the README and the report. */
  readonly summary: string;
}

export const outcomeMeanings: Readonly<Record<Outcome, Meaning>> = {
  deployed: {
    good: true,
    callsForPerson: false,
    held: false,
    summary: 'The host runs the commit, its probes passed, and it boots into it.',
  },
  unchanged: {
    good: true,
    callsForPerson: false,
    held: false,
    summary: 'The commit builds to the system that already runs; nothing was touched.',
  },
  'build-failed': {
    good: false,
    callsForPerson: false,
    held: false,
    summary: 'The commit does not evaluate or build for this host; the host was not touched.',
  },
  reverted: {
    good: false,
    callsForPerson: false,
    held: true,
    summary: 'The commit was tried, a probe failed, and the host is back on what it ran before, verified.',
  },
  'reverted-by-reboot': {
    good: false,
    callsForPerson: false,
    held: true,
    summary: 'The host rebooted before the commit was made the boot default, and runs what it ran before.',
  },
  'boot-pending': {
    good: false,
    callsForPerson: true,
    held: false,
    summary: 'The commit can only take effect at a reboot, which needs its own approval.',
  },
  offline: {
    good: false,
    callsForPerson: false,
    held: false,
    summary: 'The host could not be reached; nothing was tried on it. What is merged is brought to it once it answers.',
  },
  refused: {
    good: false,
    callsForPerson: false,
    held: false,
    summary: 'The deploy was not safe or not allowed; nothing was changed on the host.',
  },
  cancelled: {
    good: false,
    callsForPerson: false,
    held: false,
    summary: 'The deploy was taken back, by a person or because other hosts went bad, before anything was activated.',
  },
  'needs-hands': {
    good: false,
    callsForPerson: true,
    held: true,
    summary: 'The host is known to be bad and could not be put back; a person must look at it now.',
  },
  unknown: {
    good: false,
    callsForPerson: true,
    held: true,
    summary: 'What the host runs could not be established; a person must look at it before the next deploy.',
  },
};
