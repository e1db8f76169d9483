import { never } from '../../core/bug.ts';
import type { HostName } from '../../core/names.ts';
import type { Answer } from './question.ts';

/** Whoever asked beside the bot: the host about itself, or another host of the fleet, with what its network is called. */
export type Vantage =
  | { readonly kind: 'itself' }
  | { readonly kind: 'other'; readonly host: HostName; readonly network: string | null };

/** What came back at a vantage. One that could not ask is left out: it knows nothing. */
export interface Seen {
  readonly vantage: Vantage;
  readonly answer: Answer;
}

/** What one vantage makes of its answer. `wrong`: reachable, and not as it should be. */
export type Sight = 'good' | 'none' | 'wrong';

export interface View {
  readonly vantage: Vantage;
  readonly sight: Sight;
}

/** Why the bot, which got no answer, got none. */
export type Verdict =
  /** Nobody else could be asked. */
  | { readonly kind: 'unproven' }
  | { readonly kind: 'down'; readonly askedFrom: readonly string[] }
  /** Up on the host, and from nowhere else: a firewall or a route. */
  | { readonly kind: 'cut-off'; readonly from: readonly string[] }
  | { readonly kind: 'only-some'; readonly from: readonly string[]; readonly notFrom: readonly string[] }
  /** The bot alone cannot reach it. */
  | { readonly kind: 'unreachable-from-here'; readonly from: readonly string[] }
  /** It is reached from elsewhere, and answers wrongly there. */
  | { readonly kind: 'wrong'; readonly at: Vantage };

/** Judges what the bot cannot reach by what the others saw. Pure: the order of the views does not matter. */
export function verdictOf(views: readonly View[]): Verdict {
  const wrong = views.find(({ sight }) => sight === 'wrong');
  if (wrong !== undefined) return { kind: 'wrong', at: wrong.vantage };
  const itself = views.find(({ vantage }) => vantage.kind === 'itself');
  const placesOf = (sight: Sight): readonly string[] => placesIn(views, sight);
  const [reaching, failing] = [placesOf('good'), placesOf('none')];
  if (reaching.length > 0) {
    return failing.length === 0
      ? { kind: 'unreachable-from-here', from: reaching }
      : { kind: 'only-some', from: reaching, notFrom: failing };
  }
  if (itself?.sight === 'good') return { kind: 'cut-off', from: failing };
  if (views.length === 0) return { kind: 'unproven' };
  return { kind: 'down', askedFrom: [...(itself === undefined ? [] : ['the host itself']), ...failing] };
}

/** A bot that alone cannot reach a service says nothing about the service. */
export function levelOf(verdict: Verdict): 'error' | 'warning' {
  return verdict.kind === 'unreachable-from-here' ? 'warning' : 'error';
}

/** The verdict as the end of a sentence that says what the bot saw. */
export function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'unproven':
      return 'asked from the bot only';
    case 'down':
      return `down everywhere: no answer from ${listed(['the bot', ...verdict.askedFrom])}`;
    case 'cut-off':
      return `up on the host but not reachable from ${listed([...verdict.from, 'the bot'])} (firewall or routing)`;
    case 'only-some':
      return `reachable from ${listed(verdict.from)}, not from ${listed([...verdict.notFrom, 'the bot'])} (firewall or routing)`;
    case 'unreachable-from-here':
      return `unreachable from here, not down: reachable from ${listed(verdict.from)}, only the bot has no way to it`;
    case 'wrong':
      return `reached from ${placeOf(verdict.at)}, where the answer is wrong too`;
    default:
      return never(verdict);
  }
}

/** What people call the place: the network, and which host of it was asked. */
export function placeOf(vantage: Vantage): string {
  if (vantage.kind === 'itself') return 'the host itself';
  return vantage.network === null ? vantage.host : `${vantage.network} (${vantage.host})`;
}

function placesIn(views: readonly View[], wanted: Sight): readonly string[] {
  return views
    .filter(({ vantage, sight }) => vantage.kind === 'other' && sight === wanted)
    .map(({ vantage }) => placeOf(vantage))
    .sort();
}

function listed(places: readonly string[]): string {
  const last = places.at(-1) ?? 'nowhere';
  return places.length < 2 ? last : `${places.slice(0, -1).join(', ')} and ${last}`;
}
