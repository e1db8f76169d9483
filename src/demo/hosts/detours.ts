/**
 * Ways around what is unreachable. On the loopback everybody reaches everything; a service that the bot cannot reach
 * listens on a port that it does not know, and the hosts that can reach it are told which.
 */
export interface Detours {
  /** `closedTo`: names of hosts, `bot`, or `itself` as `host` says. */
  close(port: number, way: { readonly at: number; readonly closedTo: readonly string[] }): void;
  open(port: number): void;
  /** The port to go to instead, or null where there is no way for whoever asks. */
  wayFor(host: string, port: number): number | null;
}

export function createDetours(): Detours {
  const ways = new Map<number, { readonly at: number; readonly closedTo: readonly string[] }>();
  return {
    close: (port, way) => void ways.set(port, way),
    open: (port) => void ways.delete(port),
    wayFor(host, port) {
      const way = ways.get(port);
      if (way === undefined) return port;
      return way.closedTo.includes(host) ? null : way.at;
    },
  };
}
