import ssh2 from 'ssh2';

/** One line that was sent to a host, over which of its connections, and whether the commit went in behind it. */
export interface SentLine {
  readonly connection: number;
  readonly line: string;
  readonly withBundle: boolean;
}

export interface RawTarget {
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/** Sends the same lines over as many connections, in the same order, by ssh2 alone. */
export async function replayLines(
  target: RawTarget,
  privateKey: string,
  lines: readonly SentLine[],
  bundle: Buffer,
): Promise<void> {
  const clients = new Map<number, ssh2.Client>();
  for (const { connection, line, withBundle } of lines) {
    const client = clients.get(connection) ?? (await login(target, privateKey));
    clients.set(connection, client);
    await execute(client, line, withBundle ? bundle : undefined);
  }
  for (const client of clients.values()) client.end();
}

function login({ address, port, user }: RawTarget, privateKey: string): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => resolve(client));
    client.connect({ host: address, port, username: user, privateKey, readyTimeout: 60_000 });
    // Nagle's algorithm would make this arm slow, and the comparison worth nothing.
    client.setNoDelay(true);
  });
}

function execute(client: ssh2.Client, line: string, input: Buffer | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => {
      if (error !== undefined) return reject(error);
      channel.resume();
      channel.stderr.resume();
      channel.on('close', () => resolve());
      channel.end(input);
    });
  });
}
