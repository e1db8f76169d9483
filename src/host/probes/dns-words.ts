import { readData } from '../../dns/data.ts';
import type { Server } from './question.ts';

/** `address`, `address:port`, `[address]:port`, or null. */
export function parseServer(text: string): Server | null {
  const { bracketed, plain, port } =
    /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  // An IPv6 address without brackets holds colons, and so no port.
  const address = bracketed ?? plain ?? (/^[0-9A-Fa-f:.]+$/.test(text) && text.includes('::') ? text : undefined);
  if (address === undefined) return null;
  const number = port === undefined ? 53 : Number(port);
  return number >= 1 && number <= 65_535 ? { address, port: number } : null;
}

/** Absolute and in lower case: names are compared without regard to case (RFC 1035 section 2.3.3). */
export function dnsName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** One spelling of a record's data, so that two servers' ways of writing it compare as equal. */
export function dataKey(type: string, data: string): string {
  // A text without quotes is what people write in a config file, and its blanks are part of it.
  const asWritten = type === 'TXT' && !data.includes('"') ? JSON.stringify(data) : data;
  const reading = readData(type, asWritten, '.');
  return reading.kind === 'data' ? reading.data : data;
}
