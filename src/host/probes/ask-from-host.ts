import { Buffer } from 'node:buffer';
import type { Link } from '../link.ts';
import { parseAddress, parseHttpUrl, parseMessage, type PortNumber, parsePort } from '../remote-names.ts';
import { strangeAnswer, textOf } from '../run-command.ts';
import type { Answer, DnsQuestion, DnsWire, NetworkQuestion } from './question.ts';
import { type Carried, parsePage, parseReach } from './reach-answer.ts';

/** A host waits five seconds for the network, and the rest is its own slowness. */
const mostMs = 15_000;

/** Asks a question of the network from a host. Null where that host cannot ask it, and so knows nothing. */
export async function askFromHost(
  link: Link,
  question: NetworkQuestion,
  wire: DnsWire,
  leftMs = mostMs,
): Promise<Answer | null> {
  const deadlineMs = Math.max(1, Math.min(mostMs, leftMs));
  switch (question.kind) {
    case 'http': {
      const url = parseHttpUrl(question.url);
      const at = question.at === undefined ? null : parseAddress(question.at);
      if (url === null || (question.at !== undefined && at === null)) return null;
      const page = parsePage(await textOf(link, { kind: 'fetch-page', url, at }, { deadlineMs }));
      if (page === null) throw strangeAnswer('fetch-page', 'not the report of a page');
      return page === 'unable' ? null : page;
    }
    case 'tcp': {
      const carried = await carry(link, 'tcp', question, { bytes: new Uint8Array(), deadlineMs });
      return carried?.kind === 'open' ? { kind: 'tcp' } : unanswered(carried);
    }
    case 'dns':
      return askDns(link, question, wire, deadlineMs);
  }
}

async function askDns(link: Link, question: DnsQuestion, wire: DnsWire, deadlineMs: number): Promise<Answer | null> {
  const query = wire.query(question);
  if (question.over !== 'tcp') {
    const carried = await carry(link, 'datagram', question.server, { bytes: query, deadlineMs });
    if (carried?.kind !== 'message') return unanswered(carried);
    const answer = wire.answer(question, query, carried.bytes);
    if (answer !== 'cut-short') return answer ?? { kind: 'none', detail: 'what came is no answer to the question' };
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  const carried = await carry(link, 'stream', question.server, { bytes: Buffer.concat([length, query]), deadlineMs });
  if (carried?.kind !== 'message') return unanswered(carried);
  const answer = wire.answer(question, query, carried.bytes);
  return answer === null || answer === 'cut-short'
    ? { kind: 'none', detail: 'what came is no answer to the question' }
    : answer;
}

async function carry(
  link: Link,
  way: 'tcp' | 'datagram' | 'stream',
  to: { readonly address: string; readonly port: number },
  { bytes, deadlineMs }: { readonly bytes: Uint8Array; readonly deadlineMs: number },
): Promise<Carried | null> {
  const address = parseAddress(to.address);
  const port: PortNumber | null = parsePort(to.port);
  const message = parseMessage(Buffer.from(bytes).toString('base64'));
  if (address === null || port === null || message === null) return null;
  const carried = parseReach(await textOf(link, { kind: 'reach', way, address, port, message }, { deadlineMs }));
  if (carried === null) throw strangeAnswer('reach', 'not the report of a connection');
  return carried;
}

function unanswered(carried: Carried | null): Answer | null {
  if (carried === null || carried.kind === 'unable') return null;
  return { kind: 'none', detail: carried.kind === 'none' ? carried.detail : 'what came is no answer to the question' };
}
