import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sudoersText } from '../../../src/host/sudo-rules.ts';
import { printed } from './run-program.ts';
import { FleetHost } from './fleet-host.ts';
import { firstCommit } from './fleet-repository.ts';
import { type BotOptions, type FleetBot, openBot } from './fleet-bot.ts';
import { Lan, type Place } from './lan.ts';
import { house, install, makeDisks, unmountAll } from './layers.ts';

/*
 * Real test hosts: five machines with systemd, sshd, sudo and Nix of their own, which `npm run test:fleet` boots in
 * namespaces that lead nowhere. One file of tests, `test/fleet/NAME.fleet.ts`, boots them once:
 *
 *     let fleet: Fleet;
 *     beforeAll(async () => { fleet = await startFleet(); });
 *     afterAll(() => fleet.close());
 *
 *     test('…', async () => {
 *       const bot = await fleet.bot(['wolfhound']);            // a forge, a repository, Redis; as many as you like
 *       await bot.running();                                   // one worker process; more of them, if you like
 *       const before = await fleet.host('wolfhound').snapshot();
 *       await bot.deploy(                                      // pull request, merge, wait for the last report
 *         { wolfhound: '{ systemd.services.web = { wantedBy = [ "multi-user.target" ]; script = "exec sleep 1d"; }; }' },
 *         ['wolfhound deployed'],                              // it throws with the report where it ended otherwise
 *       );
 *       expect((await fleet.host('wolfhound').snapshot()).profile).not.toBe(before.profile);
 *       await bot.close();
 *     });
 *
 * A test of one host, beside others: `fleet.alone({}, async ({ host, bot }) => …)`; `atRest` says what is wrong at its
 * end. For faults in the middle: `const going = await bot.merge(…)`, `await bot.step('wolfhound', 'test')` (resolves the
 * moment that the step is stored), the fault, then `await bot.over(going.pull, [OUTCOMES])`.
 *
 * A host: `run`, `inside` (root, beside ssh), `asAccount`, `snapshot`, `until`, `cutNetwork`, `mendNetwork`, `reboot`,
 * `rebooted`, `crash`, `powerOff`, `powerOn`, `disks.resize`, `console`. The fleet: `firewall` (nft rules of the router
 * between the VLANs), `cutBot`, `mendBot`. A bot: `start`, `running`, `deploy`, `merge`, `step`, `over`, `redis`.
 *
 * What a host's configuration can say is in `flake/nixos/defaults.nix`, `services.nix` and `units.nix`: services,
 * timers, sockets, activation scripts, pre-switch checks, inhibitors, kernel, boot loader, files in /etc, an older
 * nixos-rebuild. What nixos-rebuild does there is held by `rebuild-contract.fleet.ts`.
 */

/** The hosts and where they are plugged in. griffin serves the zone `fleet.test`. */
export const places = [
  { name: 'griffin', address: '10.77.20.11', vlan: 20 },
  { name: 'wolfhound', address: '10.77.20.12', vlan: 20 },
  { name: 'blackjack', address: '10.77.20.13', vlan: 20 },
  { name: 'anubis', address: '10.77.30.14', vlan: 30 },
  { name: 'kestrel', address: '10.77.30.15', vlan: 30 },
] as const satisfies readonly Place[];

export type HostName = (typeof places)[number]['name'];
export const everyHost: readonly HostName[] = places.map(({ name }) => name);

/** One host, and a bot that serves it and nothing else. */
export interface Alone {
  readonly fleet: Fleet;
  readonly host: FleetHost;
  readonly bot: FleetBot;
}

export class Fleet {
  readonly hosts: readonly FleetHost[];
  readonly clientKey: string;
  readonly #lan: Lan;
  readonly #folder: string;
  readonly #bots = new Set<FleetBot>();
  readonly #lent = new Set<FleetHost>();
  readonly #waiting: (() => void)[] = [];

  constructor(parts: {
    readonly hosts: readonly FleetHost[];
    readonly clientKey: string;
    readonly lan: Lan;
    readonly folder: string;
  }) {
    this.hosts = parts.hosts;
    this.clientKey = parts.clientKey;
    this.#lan = parts.lan;
    this.#folder = parts.folder;
  }

  host(name: HostName): FleetHost {
    const found = this.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`${name} was not started`);
    return found;
  }

  /** A bot with a forge, a repository and a Redis of its own, which serves these hosts and knows nothing of before. */
  async bot(hosts: readonly HostName[] = everyHost, options: BotOptions = {}): Promise<FleetBot> {
    const folder = await mkdtemp(path.join(this.#folder, 'bot-'));
    const served = hosts.map((name) => this.host(name));
    // Another bot's fence and repository: this one's tokens begin anew.
    for (const host of served) {
      await host.inside('rm -rf /var/lib/fleetwright/.fleetwright');
      await host.countSwitches();
    }
    const bot = await openBot({ folder, hosts: served, clientKey: this.clientKey, options });
    this.#bots.add(bot);
    return bot;
  }

  /**
   * Plays a test on one host that nobody else has meanwhile, with a bot of its own; tests that run beside each other
   * each get another host. A host on which a test failed is made anew for the next.
   */
  async alone(
    { on, ...options }: BotOptions & { readonly on?: HostName },
    play: (alone: Alone) => Promise<void>,
  ): Promise<void> {
    const host = await this.#borrow(on ?? null);
    let bot: FleetBot | null = null;
    try {
      bot = await this.bot([host.name as HostName], options);
      await play({ fleet: this, host, bot });
      await bot.close();
      this.#bots.delete(bot);
      await this.#tidied(host);
    } catch (error) {
      const said = bot?.said() ?? '';
      await bot?.close();
      await this.#remake(host);
      throw new Error(`on ${host.name}: ${error instanceof Error ? error.message : String(error)}\n${said}`, {
        cause: error,
      });
    } finally {
      this.#lent.delete(host);
      // Whoever waits for another host than this one waits on.
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  async #borrow(name: HostName | null): Promise<FleetHost> {
    for (;;) {
      const free = this.hosts.find((host) => !this.#lent.has(host) && (name ?? host.name) === host.name);
      if (free !== undefined) {
        this.#lent.add(free);
        return free;
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Leaves a host to the next test only as one that boots into what it runs. */
  async #tidied(host: FleetHost): Promise<void> {
    await host.mendNetwork();
    await host.powerOn();
    const { running, profile, bootDefault, switching, failed } = await host.snapshot();
    const isWell = running === profile && running === bootDefault && !switching && failed.length === 0;
    if (!isWell) await this.#remake(host);
  }

  /** Brings a host back to its first system and its first words. */
  async #remake(host: FleetHost): Promise<void> {
    await host.mendNetwork();
    await host.powerOff();
    await host.wipe();
    await host.powerOn();
  }

  /** Rules of the router between the VLANs and the bot, as nft reads them; `''` takes them away. */
  firewall(rules: string): Promise<void> {
    return this.#lan.firewall(rules);
  }

  /** Nothing gets from the bot to the hosts, or back. */
  cutBot(how: 'silent' | 'link' = 'silent'): Promise<void> {
    return this.#lan.cut('bot', how);
  }

  mendBot(): Promise<void> {
    return this.#lan.mend('bot');
  }

  async close(): Promise<void> {
    for (const bot of this.#bots) await bot.close();
    for (const host of this.hosts) await host.powerOff();
    await this.#lan.close();
    await unmountAll(this.#folder);
  }
}

/** Why there can be no fleet here, or null. */
export function whyNoFleet(): string | null {
  return existsSync(`${house}/root/etc/debian_version`) ? null : 'the hosts live where test/fleet/run.sh puts them';
}

/** Boots the hosts, all at once, each on its first system. */
export async function startFleet(names: readonly HostName[] = everyHost): Promise<Fleet> {
  const why = whyNoFleet();
  if (why !== null) throw new Error(why);
  const folder = await mkdtemp(path.join(house, 'fleet-'));
  const here = places.filter(({ name }) => names.includes(name));
  const lan = new Lan(here);
  const hosts: FleetHost[] = [];
  const clientKey = await makeKey(path.join(folder, 'client_key'));
  const fleet = new Fleet({ hosts, clientKey: clientKey.private, lan, folder });
  try {
    await lan.open();
    const repository = path.join(folder, 'first');
    await firstCommit(repository, {});
    const installed = await install(path.join(folder, 'installed'), {
      hosts: names,
      repository,
      authorizedKeys: `restrict ${clientKey.public}`,
    });
    const group = (await readFile(path.join(house, 'cgroup'), 'utf8')).trim();
    for (const place of here) {
      const own = path.join(folder, place.name);
      await mkdir(own);
      const disks = await makeDisks(own, installed, place.name);
      const key = await makeKey(path.join(own, 'host_key'));
      const furnish = () => furnishHost(disks.root, place.name, installed.systems[place.name] ?? '', key);
      await furnish();
      hosts.push(
        new FleetHost({
          place,
          hostKey: key.public.trim(),
          disks,
          lan,
          furnish,
          folder: own,
          group: path.join(group, place.name),
        }),
      );
    }
    await Promise.all(hosts.map((host) => host.powerOn()));
    return fleet;
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** What a host has of its own before it boots: its first generation, its host key, its sudo rules. */
async function furnishHost(root: string, name: string, system: string, key: KeyPair): Promise<void> {
  const profiles = path.join(root, 'nix/var/nix/profiles');
  await mkdir(profiles, { recursive: true });
  await printed('ln', ['-sfn', system, path.join(profiles, 'system-1-link')]);
  await printed('ln', ['-sfn', 'system-1-link', path.join(profiles, 'system')]);
  await writeFile(path.join(root, 'etc/ssh/ssh_host_ed25519_key'), key.private, { mode: 0o600 });
  await writeFile(path.join(root, 'etc/sudoers.d/fleetwright'), sudoersText('fleetwright', name), { mode: 0o440 });
  await writeFile(path.join(root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`);
}

async function makeKey(file: string): Promise<KeyPair> {
  await printed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'fleet', '-f', file]);
  return { private: await readFile(file, 'utf8'), public: await readFile(`${file}.pub`, 'utf8') };
}
