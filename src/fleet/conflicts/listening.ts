import { readNetworkAddress, scopeOf } from './network-address.ts';

/** Ports that something listens on, or that a firewall lets through. */
export interface Listening {
  /** Null: not said. */
  readonly protocol: 'tcp' | 'udp' | null;
  readonly from: number;
  readonly to: number;
  /** Canonical; null: on every address. */
  readonly address: string | null;
}

/** Reads `8080`, `8080/tcp`, `tcp/8080`, `60000-61000/udp`, `127.0.0.1:8080/tcp`, `[::1]:8080`. Null for anything else. */
export function readListening(text: string): Listening | null {
  const found = /^(?:(tcp|udp)[/: ])?(?:(\[[^\]]*\]|[^\s/[\]]*?):)?(\d{1,5})(?:-(\d{1,5}))?(?:[/ ](tcp|udp)?)?$/i.exec(
    text.trim(),
  );
  if (found === null) return null;
  const [, before, address, first = '', last, after] = found;
  const protocol = (after ?? before)?.toLowerCase();
  const [from, to] = [Number(first), Number(last ?? first)];
  if (from < 1 || to > 65_535 || to < from) return null;
  return {
    protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : null,
    from,
    to,
    address: boundAddress(address),
  };
}

function boundAddress(text: string | undefined): string | null {
  if (text === undefined || text === '' || text === '*' || text === '[::]' || text === '0.0.0.0') return null;
  const address = readNetworkAddress(text);
  if (address !== null) return address.text;
  return text.toLowerCase() === 'localhost' ? '127.0.0.1' : text.toLowerCase();
}

/** Whether both cannot be had at once: a port in common, one protocol, and addresses that may be the same. */
export function overlap(a: Listening, b: Listening): boolean {
  return a.from <= b.to && b.from <= a.to && sameProtocol(a, b) && sameAddress(a, b);
}

function sameProtocol(a: Listening, b: Listening): boolean {
  return (a.protocol ?? 'tcp') === (b.protocol ?? 'tcp');
}

function sameAddress(a: Listening, b: Listening): boolean {
  return a.address === null || b.address === null || a.address === b.address;
}

/** Bound where only the machine itself gets to. */
export function isLoopback({ address }: Listening): boolean {
  const read = address === null ? null : readNetworkAddress(address);
  return read !== null && scopeOf(read) === 'no-machine';
}

export function listeningWords({ protocol, from, to, address }: Listening): string {
  const ports = from === to ? String(from) : `${from}-${to}`;
  return `${ports}/${protocol ?? 'tcp'}${address === null ? '' : ` on ${address}`}`;
}
