import { canonicalName } from '../name.ts';
import { readTime } from '../data.ts';
import { type Argument, type Call, literalOf, wholeCall } from './calls.ts';

/** What `D` is given first; `example.org!inside` is the zone in another view. Null where it is computed. */
export function zoneOf(text: string, call: Call): string | null {
  const [first] = call.args;
  const said = literalOf(text, first) ?? reverseZone(text, first);
  return said === null || !said.includes('.') ? null : canonicalName(said.replace(/!.*$/, ''));
}

/** `REV("10.1.2.0/24")`, where the network ends between two labels; elsewhere versions of dnscontrol differ. */
function reverseZone(text: string, argument: Argument | undefined): string | null {
  const call = argument === undefined ? null : wholeCall(text, argument);
  const said = call?.name === 'REV' ? literalOf(text, call.args[0]) : null;
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(8|16|24|32))?$/.exec(said ?? '');
  if (match === null) return null;
  const [, address = '', bits = '32'] = match;
  return `${address
    .split('.')
    .slice(0, Number(bits) / 8)
    .reverse()
    .join('.')}.in-addr.arpa`;
}

/** The TTL that records behind this argument have, where they say none; undefined where it is no `DefaultTTL`. */
export function defaultTtlIn(text: string, argument: Argument): number | null | undefined {
  const setting = wholeCall(text, argument);
  return setting?.name === 'DefaultTTL' ? readTime(literalOf(text, setting.args[0]) ?? '') : undefined;
}
