/** What one bench found. Anything beside these keys is printed as it is: figures for a reader. */
export interface Measured {
  /** What is judged: our arm over the bare one, or a plain figure where `unit` says so. */
  readonly ratio: number;
  readonly limit: number;
  readonly bound: 'at-most' | 'at-least';
  readonly [figure: string]: unknown;
}

/** A question about speed that is answered in one run on one machine, so that the machine cancels out. */
export interface Bench {
  readonly name: string;
  run(): Promise<Measured>;
}

export function isMet(measured: Measured): boolean {
  return measured.bound === 'at-most' ? measured.ratio <= measured.limit : measured.ratio >= measured.limit;
}

/** The median of numbers, which one slow moment of the machine does not move. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('the median of nothing');
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 0 && lower !== undefined ? (lower + upper) / 2 : upper;
}

/** How arms are run beside each other. */
export interface Interleaving {
  /** Rounds that come first and do not count. */
  readonly warmUp?: number;
  /** Runs before every arm of every round, and is not timed. */
  readonly before?: (round: number) => void;
  /** In milliseconds. By default the wall's. */
  readonly clock?: () => number;
}

/** Milliseconds for which this process had a processor: what a busy machine lets others have is in no arm's time. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Runs the arms in turn, round after round, and returns each arm's median milliseconds. In turn, because a machine that
 * is busy or warm for a while is so for every arm. The first round warms up and does not count.
 */
export async function interleave<Arm extends string>(
  arms: Readonly<Record<Arm, () => Promise<unknown>>>,
  rounds: number,
  { warmUp = 1, before, clock = () => performance.now() }: Interleaving = {},
): Promise<Record<Arm, number>> {
  const names = Object.keys(arms) as Arm[];
  const times = new Map<Arm, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of names) {
      before?.(round);
      const began = clock();
      await arms[name]();
      if (round >= warmUp) times.get(name)?.push(clock() - began);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Arm, number>;
}

/** A figure as a person reads it: three digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
