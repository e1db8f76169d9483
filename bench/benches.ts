import type { Bench } from './bench.ts';
import { dnsAsk } from './dns-ask.bench.ts';
import { embeddedSerial } from './embedded-serial.bench.ts';
import { queueAdd } from './queue-add.bench.ts';
import { twoHundredHosts } from './two-hundred-hosts.bench.ts';
import { thousandHosts } from './thousand-hosts.bench.ts';
import { webhook } from './webhook.bench.ts';
import { nixFleet } from './nix-fleet.bench.ts';
import { nixParse } from './nix-parse.bench.ts';
import { zoneParse } from './zone-parse.bench.ts';

/** Every bench, in the order in which they run. One at a time: two at once would measure each other. */
export const benches: readonly Bench[] = [
  embeddedSerial,
  queueAdd,
  webhook,
  dnsAsk,
  twoHundredHosts,
  thousandHosts,
  zoneParse,
  nixParse,
  nixFleet,
];
