import { createSocket } from 'node:dgram';
import { request } from 'node:http';
import { connect } from 'node:net';
import { loopback } from './loopback-ports.ts';
import type { RemoteCommand } from '../../host/remote-command.ts';
import type { PracticeMachine } from './practice-machine.ts';

const waitMs = 2000;

/** What `fleetwright-reach` and `fleetwright-fetch-page` print on this host. Only the loopback is ever asked. */
export async function askNetwork(
  machine: PracticeMachine,
  command: Extract<RemoteCommand, { kind: 'reach' | 'fetch-page' }>,
): Promise<string> {
  if (command.kind === 'fetch-page') return fetchPage(machine, new URL(command.url));
  const port = command.address === loopback ? machine.wayTo(command.port) : null;
  if (port === null) return 'none no answer in 5 s\n';
  const message = Buffer.from(command.message, 'base64');
  return command.way === 'datagram' ? datagram(port, message) : stream(port, command.way, message);
}

function fetchPage(machine: PracticeMachine, url: URL): Promise<string> {
  const port = url.hostname === loopback ? machine.wayTo(Number(url.port || 80)) : null;
  const failed = (code: number, why: string): string => `\nstatus 000 ${code} curl: (${code}) ${why}\n`;
  if (port === null) return Promise.resolve(failed(28, 'Connection timed out after 5000 milliseconds'));
  return new Promise((resolve) => {
    const { pathname, search } = url;
    const asking = request({ host: loopback, port, path: pathname + search, agent: false, timeout: waitMs }, (page) => {
      let body = '';
      page.setEncoding('utf8');
      page.on('data', (text: string) => (body += text));
      page.on('end', () => resolve(`${body}\nstatus ${page.statusCode ?? 0} 0 \n`));
    });
    asking.on('timeout', () => asking.destroy(new Error('timed out')));
    asking.on('error', () => resolve(failed(7, `Failed to connect to ${url.hostname} port ${url.port}`)));
    asking.end();
  });
}

function datagram(port: number, message: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (said: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(said);
    };
    const timer = setTimeout(() => end('none no answer in 5 s\n'), waitMs);
    socket.on('error', () => end('none Connection refused\n'));
    socket.on('message', (answer) => end(`answer ${answer.toString('base64')}\n`));
    socket.send(message, port, loopback);
  });
}

function stream(port: number, way: 'tcp' | 'stream', message: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port, timeout: waitMs });
    const end = (said: string): void => {
      socket.destroy();
      resolve(said);
    };
    let seen = Buffer.alloc(0);
    socket.on('connect', () => {
      if (way === 'tcp') return end('open\n');
      socket.write(message);
    });
    socket.on('data', (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes]);
      if (seen.length < 2 || seen.length < 2 + seen.readUInt16BE(0)) return;
      end(`answer ${seen.subarray(2, 2 + seen.readUInt16BE(0)).toString('base64')}\n`);
    });
    socket.on('timeout', () => end('none no answer in 5 s\n'));
    socket.on('error', () => end('none Connection refused\n'));
    socket.on('close', () => resolve('none the connection was closed without an answer\n'));
  });
}
