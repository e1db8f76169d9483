import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from './machines/fleet.ts';

/** That the hosts are what tests take them for. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(['griffin', 'anubis']);
});
afterAll(() => fleet?.close());

/** Whether a TCP connection comes about within a second. */
function reaches(host: string, port = 22): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => done(true));
    socket.on('timeout', () => done(false));
    socket.on('error', () => done(false));
  });
}
const hears = (from: 'griffin' | 'anubis', to: string) =>
  fleet
    .host(from)
    .run(`ping -c 1 -W 1 ${to}`)
    .then(({ code }) => code === 0);

describe('a real test host', () => {
  test('runs systemd, sudo, OpenSSH and Nix of Debian 13, and nothing is wrong with it', async () => {
    const said = await fleet.host('griffin').inside('systemctl --version; sudo --version; ssh -V 2>&1; nix --version');
    expect(said).toMatch(/systemd 257[\s\S]*Sudo version 1\.9[\s\S]*OpenSSH_10[\s\S]*nix \(Nix\) 2\.26/);
    expect(await fleet.host('griffin').inside('systemctl is-system-running')).toBe('running\n');
  });

  test('builds in a sandbox that has neither a network nor the host', async () => {
    const built = await fleet.host('griffin').inside(`cat >/tmp/look.nix <<'END'
derivation {
  name = "look";
  system = "x86_64-linux";
  builder = "/bin/sh";
  args = [ "-c" "cat /etc/passwd; id; ls / /run; sed -n '3,$p' /proc/net/dev; ls / >$out" ];
}
END
      nix build --no-link --print-build-logs --file /tmp/look.nix 2>&1`);
    expect(built).not.toContain('fleetwright');
    expect(built).not.toContain('host0');
    expect(built).toMatch(/uid=\d+\(nixbld\)/);
    expect(built).toContain('ls: /run: No such file or directory');
  });

  test('has its own boot id, and another one after a reboot and after a power cut', async () => {
    const host = fleet.host('anubis');
    const ids = [(await host.snapshot()).bootId];
    await host.reboot();
    ids.push((await host.snapshot()).bootId);
    await host.crash();
    ids.push((await host.snapshot()).bootId, (await fleet.host('griffin').snapshot()).bootId);
    expect(new Set(ids).size).toBe(4);
  });

  test('keeps what was written over a power cut, and has disks that can be full', async () => {
    const host = fleet.host('anubis');
    await host.inside('echo kept >/var/lib/word; sync');
    await host.crash();
    expect(await host.inside('cat /var/lib/word')).toBe('kept\n');
    await host.disks.resize('boot', '1100k');
    expect((await host.run('head -c 1000000 /dev/zero >/boot/more')).stderr).toContain('No space left');
    await host.inside('rm -f /boot/more');
    await host.disks.resize('boot', '256m');
  });
});

describe('the network of the test hosts', () => {
  test('leads nowhere else', async () => {
    const host = fleet.host('griffin');
    expect(await host.inside('ip route')).toMatch(/^default via 10\.77\.20\.1 dev host0 \n10\.77\.20\.0\/24 .*\n$/);
    expect(await reaches('192.0.2.1')).toBe(false);
    expect((await host.run('ping -c 1 -W 1 192.0.2.1')).code).not.toBe(0);
  });

  test('joins two VLANs by a router, whose firewall a test may set', async () => {
    const [griffin, anubis] = ['10.77.20.11', '10.77.30.14'];
    expect([await hears('griffin', anubis), await hears('anubis', griffin), await reaches(anubis)]).toEqual([
      true,
      true,
      true,
    ]);
    await fleet.firewall(
      'table ip f { chain c { type filter hook forward priority 0; iifname "br20" ip saddr != 10.77.20.2 drop\n }\n }',
    );
    expect([await hears('griffin', anubis), await reaches(anubis)]).toEqual([false, true]);
    await fleet.firewall('');
    expect(await hears('griffin', anubis)).toBe(true);
  });

  test.each(['silent', 'link'] as const)('is cut for a host and for the bot (%s)', async (how) => {
    const host = fleet.host('griffin');
    await host.cutNetwork(how);
    expect([await reaches(host.address), await hears('anubis', host.address)]).toEqual([false, false]);
    await host.mendNetwork();
    await fleet.cutBot(how);
    expect([await reaches(host.address), await hears('anubis', host.address)]).toEqual([false, true]);
    await fleet.mendBot();
    await expect.poll(() => reaches(host.address), { timeout: 20_000 }).toBe(true);
  });

  test('has a name server, which knows the hosts', async () => {
    const resolver = new Resolver();
    resolver.setServers([fleet.host('griffin').address]);
    expect(await resolver.resolve4('anubis.fleet.test')).toEqual([fleet.host('anubis').address]);
    expect(await fleet.host('anubis').inside('getent hosts griffin.fleet.test')).toContain('10.77.20.11');
  });
});
