import { getServers } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';

/** The addresses that the bot cannot do without: those of this machine, its name servers, its router, and its Redis. */
export async function groundAddresses(redisUrl: string | undefined): Promise<readonly string[]> {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const servers = getServers().map((server) => server.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([\d.]+):\d+$/, '$1'));
  const redis = redisUrl === undefined ? [] : [new URL(redisUrl).hostname];
  return [hostname(), ...own, ...servers, ...redis, ...(await routers())].filter((address) => address !== '');
}

/** proc(5), /proc/net/route: gateways in hexadecimal, in the byte order of the machine. Elsewhere nothing is told. */
async function routers(): Promise<readonly string[]> {
  const text = await readFile('/proc/net/route', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, destination, gateway = ''] = line.trim().split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/.test(gateway)) return [];
    // Both kinds of machines that this runs on (x86-64 and arm64) are little-endian.
    const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16));
    return [bytes.join('.')];
  });
}
