import { printed } from './run-program.ts';

/** Where a host is plugged in. */
export interface Place {
  readonly name: string;
  readonly address: string;
  readonly vlan: Vlan;
}
export type Vlan = 20 | 30;

/** The address of the bot, in VLAN 20. */
export const botAddress = '10.77.20.2';

const vlans: readonly Vlan[] = [20, 30];
const router = 'lan';
const ip = (...words: string[]) => printed('ip', words);

/**
 * The network of a fleet: a namespace that is switch and router, with two bridges as two VLANs. Each host has a
 * namespace with the one interface `host0` in it, which outlives the host's reboots; the bot has `bot0` in our own.
 * Nothing of it leads anywhere else.
 */
export class Lan {
  readonly #places: readonly Place[];

  constructor(places: readonly Place[]) {
    this.#places = places;
  }

  async open(): Promise<void> {
    await ip('netns', 'add', router);
    await ip('-n', router, 'link', 'set', 'lo', 'up');
    for (const vlan of vlans) {
      await ip('-n', router, 'link', 'add', bridge(vlan), 'type', 'bridge');
      await ip('-n', router, 'address', 'add', `10.77.${vlan}.1/24`, 'dev', bridge(vlan));
      await ip('-n', router, 'link', 'set', bridge(vlan), 'up');
    }
    await printed('ip', ['netns', 'exec', router, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']);
    for (const { name, vlan } of this.#places) {
      await ip('netns', 'add', name);
      await ip('-n', name, 'link', 'add', 'host0', 'type', 'veth', 'peer', 'name', portOf(name), 'netns', router);
      await ip('-n', router, 'link', 'set', portOf(name), 'up', 'master', bridge(vlan));
    }
    await ip('link', 'add', 'bot0', 'type', 'veth', 'peer', 'name', portOf('bot'), 'netns', router);
    await ip('-n', router, 'link', 'set', portOf('bot'), 'up', 'master', bridge(20));
    await ip('address', 'add', `${botAddress}/24`, 'dev', 'bot0');
    await ip('link', 'set', 'bot0', 'up');
    await ip('route', 'add', 'default', 'via', '10.77.20.1');
  }

  /**
   * `silent`: frames vanish and every interface stays up, as behind a dead switch; a connection hangs.
   * `link`: the port is down, and the host sees that it has no carrier.
   */
  async cut(name: string, how: 'silent' | 'link' = 'silent'): Promise<void> {
    if (how === 'silent') await ip('-n', router, 'link', 'set', portOf(name), 'nomaster');
    else await ip('-n', router, 'link', 'set', portOf(name), 'down');
  }

  async mend(name: string): Promise<void> {
    const vlan = this.#places.find((place) => place.name === name)?.vlan ?? 20;
    await ip('-n', router, 'link', 'set', portOf(name), 'up', 'master', bridge(vlan));
  }

  /** Loads rules into the router's firewall; `''` takes all of them away. */
  async firewall(rules: string): Promise<void> {
    // The hosts' own nft: this machine need not have one.
    const nft = ['chroot', '/run/fleet/root', '/usr/sbin/nft', '-f', '-'];
    await printed('ip', ['netns', 'exec', router, ...nft], `flush ruleset\n${rules}\n`);
  }

  async close(): Promise<void> {
    await ip('link', 'delete', 'bot0').catch(() => '');
    for (const { name } of this.#places) await ip('netns', 'delete', name).catch(() => '');
    await ip('netns', 'delete', router).catch(() => '');
  }
}

const bridge = (vlan: Vlan): string => `br${vlan}`;

/** The router's end of a cable; an interface name holds 15 characters at most. */
const portOf = (name: string): string => `p-${name}`.slice(0, 15);
