import { randomInt } from 'node:crypto';
import { type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import type { Answer, DnsQuestion, DnsWire } from '../../host/probes/question.ts';
import { answeredRecords } from './answered-records.ts';

/**
 * Recursion is not desired: what some other server knows does not prove that this one serves the record.
 */
export const dnsWire: DnsWire = {
  query(question) {
    // dns-packet's own name for a type that it does not know (RFC 3597 calls it TYPE731).
    const type = question.type.replace(/^TYPE(?=\d+$)/, 'UNKNOWN_') as RecordType;
    const questions = [{ type, name: nameOf(question), class: 'IN' as const }];
    return encode({ type: 'query', id: randomInt(65_536), flags: 0, questions });
  },
  answer(question, query, message) {
    const packet = readPacket(message);
    const asked = packet?.questions?.[0];
    const id = Buffer.from(query).readUInt16BE(0);
    // What is not an answer to this question may be anybody's.
    if (packet === null || packet.id !== id || packet.type !== 'response') return null;
    if (asked?.name.toLowerCase() !== nameOf(question).toLowerCase()) return null;
    return packet.flag_tc ? 'cut-short' : answerOf(packet);
  },
};

function nameOf(question: DnsQuestion): string {
  return question.name.replace(/\.$/, '');
}

function answerOf(packet: DecodedPacket): Answer {
  return { kind: 'dns', rcode: Reflect.get(packet, 'rcode') as string, records: answeredRecords(packet.answers ?? []) };
}

function readPacket(message: Uint8Array): DecodedPacket | null {
  try {
    return decode(Buffer.from(message));
  } catch {
    return null;
  }
}
