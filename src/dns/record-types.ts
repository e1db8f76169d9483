/**
 * What the data of each record type is made of, field by field. A type that is not here keeps its data as it is
 * written: every type is carried, known or not.
 */
export type FieldKind =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'time'
  | 'ipv4'
  | 'ipv6'
  | 'name'
  | 'text'
  /** A character-string that may be longer than others: the rest of the data (RFC 7553, RFC 8659). */
  | 'long-text'
  | 'word'
  /** A number from 0 to 255 that also has a name (RFC 4034 appendix A.1). */
  | 'algorithm'
  /** A number, or what a build or a server puts one in the place of. */
  | 'serial'
  /** The rest, as one or more character-strings. */
  | 'texts'
  /** The rest, hexadecimal, which may be broken by spaces. */
  | 'hex'
  /** The rest, base 64, which may be broken by spaces. */
  | 'base64'
  /** The rest, zero or more `key=value` pairs (RFC 9460). */
  | 'params'
  /** The rest, names of types in whichever order. */
  | 'types'
  /** The rest, kept word by word. */
  | 'words';

const shapes: Readonly<Record<string, readonly FieldKind[]>> = {
  A: ['ipv4'],
  AAAA: ['ipv6'],
  NS: ['name'],
  CNAME: ['name'],
  DNAME: ['name'],
  PTR: ['name'],
  // Made by providers, and by PowerDNS: a CNAME at the top of a zone, answered with addresses.
  ALIAS: ['name'],
  MB: ['name'],
  MG: ['name'],
  MR: ['name'],
  MX: ['u16', 'name'],
  AFSDB: ['u16', 'name'],
  KX: ['u16', 'name'],
  RT: ['u16', 'name'],
  LP: ['u16', 'name'],
  SRV: ['u16', 'u16', 'u16', 'name'],
  SOA: ['name', 'name', 'serial', 'time', 'time', 'time', 'time'],
  RP: ['name', 'name'],
  MINFO: ['name', 'name'],
  TXT: ['texts'],
  SPF: ['texts'],
  AVC: ['texts'],
  NINFO: ['texts'],
  HINFO: ['text', 'text'],
  X25: ['text'],
  CAA: ['u8', 'word', 'long-text'],
  URI: ['u16', 'u16', 'long-text'],
  NAPTR: ['u16', 'u16', 'text', 'text', 'text', 'name'],
  SSHFP: ['u8', 'u8', 'hex'],
  TLSA: ['u8', 'u8', 'u8', 'hex'],
  SMIMEA: ['u8', 'u8', 'u8', 'hex'],
  DS: ['u16', 'algorithm', 'u8', 'hex'],
  CDS: ['u16', 'algorithm', 'u8', 'hex'],
  DLV: ['u16', 'algorithm', 'u8', 'hex'],
  DNSKEY: ['u16', 'u8', 'algorithm', 'base64'],
  CDNSKEY: ['u16', 'u8', 'algorithm', 'base64'],
  RRSIG: ['word', 'algorithm', 'u8', 'time', 'word', 'word', 'u16', 'name', 'base64'],
  NSEC: ['name', 'types'],
  ZONEMD: ['u32', 'u8', 'u8', 'hex'],
  OPENPGPKEY: ['base64'],
  DHCID: ['base64'],
  SVCB: ['u16', 'name', 'params'],
  HTTPS: ['u16', 'name', 'params'],
};

/** Carried word by word: known to the registry, with fields that no check of ours looks into. */
const others = [
  'WKS',
  'ISDN',
  'NSAP',
  'NSAP-PTR',
  'SIG',
  'KEY',
  'PX',
  'GPOS',
  'LOC',
  'NXT',
  'EID',
  'NIMLOC',
  'ATMA',
  'CERT',
  'A6',
  'SINK',
  'APL',
  'IPSECKEY',
  'NSEC3',
  'NSEC3PARAM',
  'HIP',
  'RKEY',
  'TALINK',
  'CSYNC',
  'NID',
  'L32',
  'L64',
  'EUI48',
  'EUI64',
  'DOA',
  'AMTRELAY',
  'RESINFO',
  'WALLET',
  'TA',
  'NULL',
  'DSYNC',
  'HHIT',
  'BRID',
  // PowerDNS's own, and what BIND keeps its managed keys in.
  'LUA',
  'KEYDATA',
];

const known: ReadonlySet<string> = new Set([...Object.keys(shapes), ...others]);

/** The fields of a type's data; unknown types and types that no check looks into are words. */
export function shapeOf(type: string): readonly FieldKind[] {
  return Object.hasOwn(shapes, type) ? (shapes[type] ?? ['words']) : ['words'];
}

/** True for types of the registry and for the RFC 3597 spelling of any other. */
export function isKnownType(type: string): boolean {
  return known.has(type) || /^TYPE\d{1,5}$/.test(type);
}

const numbers: Readonly<Record<string, string>> = {
  TYPE1: 'A',
  TYPE2: 'NS',
  TYPE5: 'CNAME',
  TYPE6: 'SOA',
  TYPE10: 'NULL',
  TYPE12: 'PTR',
  TYPE13: 'HINFO',
  TYPE15: 'MX',
  TYPE16: 'TXT',
  TYPE17: 'RP',
  TYPE28: 'AAAA',
  TYPE29: 'LOC',
  TYPE33: 'SRV',
  TYPE35: 'NAPTR',
  TYPE39: 'DNAME',
  TYPE43: 'DS',
  TYPE44: 'SSHFP',
  TYPE48: 'DNSKEY',
  TYPE52: 'TLSA',
  TYPE53: 'SMIMEA',
  TYPE59: 'CDS',
  TYPE60: 'CDNSKEY',
  TYPE61: 'OPENPGPKEY',
  TYPE63: 'ZONEMD',
  TYPE64: 'SVCB',
  TYPE65: 'HTTPS',
  TYPE256: 'URI',
  TYPE257: 'CAA',
};

/** The type as the model has it: in upper case, by its name where it was written as a number (RFC 3597). */
export function typeNamed(text: string): string {
  const type = text.toUpperCase();
  return type.startsWith('TYPE') && Object.hasOwn(numbers, type) ? (numbers[type] ?? type) : type;
}

/** Their names are not what a record points to: mailboxes, who signed, which name comes next. */
const ownNames: ReadonlySet<string> = new Set(['SOA', 'RP', 'MINFO', 'RRSIG', 'NSEC']);

/** Where in the data the name stands that the record points to, or null for types that point nowhere. */
export function targetField(type: string): number | null {
  const at = shapeOf(type).indexOf('name');
  return at < 0 || ownNames.has(type) ? null : at;
}
