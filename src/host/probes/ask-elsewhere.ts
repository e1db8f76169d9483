import { Fault } from '../../core/fault.ts';
import type { HostName } from '../../core/names.ts';
import type { SteadyLink } from '../steady-link.ts';
import { type Asking, keyOf } from './ask-all.ts';
import { askFromHost } from './ask-from-host.ts';
import type { Scene } from './probe.ts';
import type { NetworkQuestion } from './question.ts';
import type { Seen, Vantage } from './reachability.ts';
import { vantagesFor } from './vantages.ts';

/** Opens another host of the fleet; the caller closes it. It is only asked, never changed, and so needs no lock. */
export type OpenOther = (host: HostName) => SteadyLink;

/** Every question costs a vantage up to five seconds, one after the other. */
const mostQuestions = 6;
const patienceMs = 40_000;

/**
 * Asks what the bot got no answer to from the host itself and from others of the fleet, all of them at the same time.
 * Whoever cannot be asked is left out. Answers by `keyOf`; a question that is not in it was one too many.
 */
export async function askElsewhere(
  questions: readonly NetworkQuestion[],
  scene: Scene,
  asking: Asking & { readonly openOther: OpenOther },
): Promise<ReadonlyMap<string, readonly Seen[]>> {
  const unique = [...new Map(questions.map((question) => [keyOf(question), question])).values()];
  const asked = unique.slice(0, mostQuestions);
  if (asked.length === 0) return new Map();
  // Never longer than the step may take: under an armed watchdog the host must be disarmed before that fires.
  const end = Math.min(asking.clock.now() + patienceMs, asking.patience.end);
  if (end <= asking.clock.now()) return new Map();
  const fromItself = askOne({ kind: 'itself' }, asking.link, asked, asking, end);
  const fromOthers = vantagesFor(scene).map(async (candidates) => {
    for (const { host, network } of candidates) {
      const link = asking.openOther(host);
      try {
        const seen = await askOne({ kind: 'other', host, network }, link, asked, asking, end);
        if (seen !== null) return seen;
      } finally {
        await link.close();
      }
    }
    return null;
  });
  const views = (await Promise.all([fromItself, ...fromOthers])).filter((one) => one !== null);
  return new Map(asked.map((question) => [keyOf(question), views.flatMap((seen) => seen.get(keyOf(question)) ?? [])]));
}

type SeenThere = ReadonlyMap<string, Seen>;

/** Null where the vantage itself cannot be reached. */
async function askOne(
  vantage: Vantage,
  link: SteadyLink,
  questions: readonly NetworkQuestion[],
  { asker, patience, clock }: Asking,
  end: number,
): Promise<SeenThere | null> {
  const seen = new Map<string, Seen>();
  const signal = patience.signal === undefined ? {} : { signal: patience.signal };
  try {
    for (const question of questions) {
      // What there is no time for is not asked: an answer that comes too late helps nobody.
      if (clock.now() >= end) break;
      const answer = await link.use({ end, tries: 1, ...signal }, (open) =>
        askFromHost(open, question, asker.dns, end - clock.now()),
      );
      if (answer !== null) seen.set(keyOf(question), { vantage, answer });
    }
    return seen.size === 0 && questions.length > 0 ? null : seen;
  } catch (fault) {
    // Another host's trouble is not this deploy's: it is one vantage less. That the host is no longer ours is.
    if (!(fault instanceof Fault) || fault.code === 'fenced-off') throw fault;
    return seen.size === 0 ? null : seen;
  }
}
