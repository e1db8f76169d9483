import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { RecordChange } from '../../../src/dns/change.ts';
import { parseZoneFile, zoneFileHolder } from '../../../src/dns/zone-file/zone-file-holder.ts';

const zone = 'fleet.lan.';
const soa = '@ IN SOA ns1 h 7 7200 3600 1209600 300\n';

const apply = (text: string, change: RecordChange): string => {
  const next = zoneFileHolder.apply(parseZoneFile(text, { path: 'z', zone }), [change]);
  return isRefusal(next) ? `${next.code}: ${JSON.stringify(next.facts)}` : next.text;
};
const owner = (name: string): string => (name === '@' ? zone : `${name}.${zone}`);
const add = (name: string, type: string, data: string, ttl: number | null = null): RecordChange => ({
  action: 'create',
  zone,
  owner: owner(name),
  type,
  ttl,
  data,
});
const remove = (name: string, type: string, data: string): RecordChange => ({
  action: 'delete',
  zone,
  owner: owner(name),
  type,
  data,
});
const set = (name: string, type: string, before: string, data: string, ttl: number | null = null): RecordChange => ({
  action: 'update',
  zone,
  owner: owner(name),
  type,
  before,
  data,
  ttl,
});

/** The lines that `after` has and `before` does not, with their numbers from 1. */
const newLines = (before: string, after: string): readonly string[] => {
  const old = before.split('\n');
  return after.split('\n').flatMap((line, at) => (old.includes(line) ? [] : [`${at + 1}: ${line}`]));
};

describe('a new record takes the columns and habits of its neighbours', () => {
  it.each<readonly [string, string, RecordChange, string]>([
    [
      'columns by spaces',
      `${soa}ns1        IN A      10.0.0.1\nwolfhound  IN A      10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3'),
      '4: consul     IN A      10.0.0.3',
    ],
    [
      'columns by tabs',
      `${soa}ns1\tIN\tA\t10.0.0.1\nwolfhound\tIN\tA\t10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3'),
      '4: consul\tIN\tA\t10.0.0.3',
    ],
    [
      'columns by two tabs where the name is short',
      `${soa}ns1\t\tA\t10.0.0.1\nwolfhound\tA\t10.0.0.2\n`,
      add('db', 'A', '10.0.0.3'),
      '4: db\t\tA\t10.0.0.3',
    ],
    [
      'a name that is longer than the column',
      `${soa}ns1   A 10.0.0.1\nmail  A 10.0.0.2\n`,
      add('very-long-name', 'A', '10.0.0.3'),
      '4: very-long-name A 10.0.0.3',
    ],
    [
      'single spaces',
      `${soa}ns1 A 10.0.0.1\nwolfhound A 10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3'),
      '4: consul A 10.0.0.3',
    ],
    [
      'absolute names',
      `${soa}ns1.fleet.lan. A 10.0.0.1\nmail.fleet.lan. A 10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3'),
      '4: consul.fleet.lan. A 10.0.0.3',
    ],
    [
      'absolute targets',
      `${soa}ns1 A 10.0.0.1\nwww CNAME ns1.fleet.lan.\n`,
      add('wiki', 'CNAME', 'ns1.fleet.lan.'),
      '4: wiki CNAME ns1.fleet.lan.',
    ],
    [
      'relative targets',
      `${soa}ns1 A 10.0.0.1\nwww CNAME ns1\n`,
      add('wiki', 'CNAME', 'ns1.fleet.lan.'),
      '4: wiki CNAME ns1',
    ],
    [
      'a target elsewhere is absolute',
      `${soa}ns1 A 10.0.0.1\nwww CNAME ns1\n`,
      add('wiki', 'CNAME', 'www.example.net.'),
      '4: wiki CNAME www.example.net.',
    ],
    ['lower case', `${soa}ns1 in a 10.0.0.1\n`, add('consul', 'AAAA', 'fd00::3'), '3: consul in aaaa fd00::3'],
    [
      'TTL on every line',
      `${soa}ns1 300 IN A 10.0.0.1\nmail 300 IN A 10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3'),
      '4: consul 300 IN A 10.0.0.3',
    ],
    [
      'TTL after the class',
      `${soa}ns1  IN 300 A 10.0.0.1\nmail IN 300 A 10.0.0.2\n`,
      add('db', 'A', '10.0.0.3', 60),
      '4: db   IN 60 A 10.0.0.3',
    ],
    [
      'a TTL of its own',
      `$TTL 3600\n${soa}ns1 A 10.0.0.1\nmail A 10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3', 60),
      '5: consul 60 A 10.0.0.3',
    ],
    [
      'the TTL that holds anyway is not written',
      `$TTL 3600\n${soa}ns1 A 10.0.0.1\nmail A 10.0.0.2\n`,
      add('consul', 'A', '10.0.0.3', 3600),
      '5: consul A 10.0.0.3',
    ],
    [
      'the TTL of the set that it joins',
      `$TTL 3600\n${soa}ns1 60 A 10.0.0.1\nmail A 10.0.0.2\n`,
      add('ns1', 'A', '10.0.0.3'),
      '4: ns1 60 A 10.0.0.3',
    ],
    [
      'CRLF',
      `$TTL 60\r\n@ SOA ns1 h 7 2 3 4 5\r\nns1 A 10.0.0.1\r\n`,
      add('consul', 'A', '10.0.0.3'),
      '4: consul A 10.0.0.3\r',
    ],
    ['no last line end', `${soa}ns1 A 10.0.0.1`, add('consul', 'A', '10.0.0.3'), '3: consul A 10.0.0.3'],
    ['only a SOA', soa, add('@', 'NS', 'ns1.fleet.lan.'), '2: @\tIN\tNS\tns1'],
    [
      'the top of the zone as a target is written in full',
      `${soa}ns1 A 10.0.0.1\nwww CNAME ns1\n`,
      add('wiki', 'CNAME', 'fleet.lan.'),
      '4: wiki CNAME fleet.lan.',
    ],
    [
      'the top of the zone as @ where the file does',
      `${soa}ns1 A 10.0.0.1\nwww CNAME @\n`,
      add('wiki', 'CNAME', 'fleet.lan.'),
      '4: wiki CNAME @',
    ],
    [
      'a column that only other types share is not taken',
      `${soa}@ IN MX 10 a\n@ IN MX 20 b\na IN CNAME x.\nb IN CNAME y.\nc IN TXT   z\n`,
      add('@', 'MX', '30 c.fleet.lan.'),
      '4: @ IN MX 30 c',
    ],
  ])('%s', (_name, text, change, expected) => expect(newLines(text, apply(text, change))).toEqual([expected]));
});

describe('a new record goes where its like is', () => {
  it.each<readonly [string, string, RecordChange, string]>([
    [
      'beside the other records of its name',
      `${soa}a A 10.0.0.1\nb A 10.0.0.2\n`,
      add('a', 'AAAA', 'fd00::1'),
      '3: a AAAA fd00::1',
    ],
    [
      'after the others of its set',
      `${soa}a A 10.0.0.1\na TXT "x"\nb A 10.0.0.2\n`,
      add('a', 'A', '10.0.0.9'),
      '3: a A 10.0.0.9',
    ],
    [
      'under a blank owner where the run has them',
      `${soa}a  A 10.0.0.1\n   TXT "x"\nb  A 10.0.0.2\n`,
      add('a', 'TXT', '"y"'),
      '4:    TXT "y"',
    ],
    [
      'after the whole run of the name before',
      `${soa}a  A 10.0.0.1\n   TXT "x"\n`,
      add('b', 'A', '10.0.0.2'),
      '4: b  A 10.0.0.2',
    ],
    [
      'sorted into a sorted block',
      `${soa}\na A 10.0.0.1\nc A 10.0.0.3\ne A 10.0.0.5\n`,
      add('d', 'A', '10.0.0.4'),
      '5: d A 10.0.0.4',
    ],
    [
      'numbers sorted as numbers',
      `${soa}\n1 PTR a\n9 PTR b\n12 PTR c\n`,
      add('10', 'PTR', 'd.fleet.lan.'),
      '5: 10 PTR d',
    ],
    [
      'by address where the addresses are sorted',
      `${soa}\nz A 10.0.0.1\nb A 10.0.0.3\nm A 10.0.0.7\n`,
      add('k', 'A', '10.0.0.5'),
      '5: k A 10.0.0.5',
    ],
    [
      'into the block of its network',
      `${soa}\na A 10.0.1.1\nb A 10.0.1.2\n\nx A 10.0.2.1\ny A 10.0.2.2\n\nk TXT "x"\n`,
      add('c', 'A', '10.0.1.9'),
      '5: c A 10.0.1.9',
    ],
    [
      'into the block of its type',
      `${soa}\n; hosts\na A 10.0.1.1\nb A 10.0.1.2\n; names\nw CNAME a\nv CNAME b\n`,
      add('u', 'CNAME', 'a.fleet.lan.'),
      '9: u CNAME a',
    ],
    [
      'not into a block that only has one of its type',
      `${soa}\n; hosts\na A 10.0.1.1\nb A 10.0.1.2\n; names\nw CNAME a\nx A 10.0.9.9\nv CNAME b\n`,
      add('u', 'A', '10.0.7.7'),
      '6: u A 10.0.7.7',
    ],
    [
      'under the $ORIGIN that it belongs to',
      `${soa}a A 10.0.1.1\n$ORIGIN lab.fleet.lan.\nb A 10.0.1.2\n$ORIGIN fleet.lan.\nc A 10.0.1.3\n`,
      add('x.lab', 'A', '10.0.1.4'),
      '5: x A 10.0.1.4',
    ],
    [
      'not under a $ORIGIN that it does not belong to',
      `${soa}a A 10.0.1.1\n$ORIGIN lab.fleet.lan.\nb A 10.0.1.2\n`,
      add('x', 'A', '10.0.1.4'),
      '3: x A 10.0.1.4',
    ],
    [
      'the top of the zone beside its NS',
      `${soa}  NS ns1\nns1 A 10.0.0.1\n`,
      add('@', 'MX', '10 ns1.fleet.lan.'),
      '3:   MX 10 ns1',
    ],
  ])('%s', (_name, text, change, expected) => expect(newLines(text, apply(text, change))).toEqual([expected]));
});

describe('a removed record takes its line along and nothing else', () => {
  it.each<readonly [string, string, RecordChange, string]>([
    ['a line of its own', `${soa}a A 10.0.0.1\nb A 10.0.0.2\n`, remove('a', 'A', '10.0.0.1'), `${soa}b A 10.0.0.2\n`],
    [
      'a line under a blank owner',
      `${soa}a A 10.0.0.1\n  TXT "x"\n`,
      remove('a', 'TXT', '"x"'),
      `${soa}a A 10.0.0.1\n`,
    ],
    [
      'a line that lends its name by spaces',
      `${soa}griffin  A 10.0.0.1\n         TXT "x"\n`,
      remove('griffin', 'A', '10.0.0.1'),
      `${soa}griffin  TXT "x"\n`,
    ],
    [
      'a line that lends its name by tabs',
      `${soa}a\t\tA 10.0.0.1\n\t\tTXT "x"\n`,
      remove('a', 'A', '10.0.0.1'),
      `${soa}a\t\tTXT "x"\n`,
    ],
    [
      'a line that lends its name over a comment',
      `${soa}a A 10.0.0.1\n; note\n  TXT "x"\n`,
      remove('a', 'A', '10.0.0.1'),
      `${soa}; note\na TXT "x"\n`,
    ],
    [
      'a line that lends its name across a $ORIGIN',
      `${soa}a A 10.0.0.1\n$ORIGIN lab.fleet.lan.\n  TXT "x"\n`,
      remove('a', 'A', '10.0.0.1'),
      `${soa}$ORIGIN lab.fleet.lan.\na.fleet.lan. TXT "x"\n`,
    ],
    [
      'a line that lends its TTL',
      '@ 60 SOA ns1 h 7 2 3 4 5\na 300 A 10.0.0.1\nb A 10.0.0.2\n',
      remove('a', 'A', '10.0.0.1'),
      '@ 60 SOA ns1 h 7 2 3 4 5\nb 300 A 10.0.0.2\n',
    ],
    [
      'several lines of one record',
      `${soa}t TXT ( "a" ; one\n  "b" )\nb A 10.0.0.2\n`,
      remove('t', 'TXT', '"a" "b"'),
      `${soa}b A 10.0.0.2\n`,
    ],
    [
      'a record that is there twice',
      `${soa}a A 10.0.0.1\na A 10.0.0.1\nb A 10.0.0.2\n`,
      remove('a', 'A', '10.0.0.1'),
      `${soa}b A 10.0.0.2\n`,
    ],
    ['a record in another spelling', `${soa}A.Fleet.LAN. AAAA FD00:0:0::1\n`, remove('a', 'AAAA', 'fd00::1'), soa],
    [
      'the last line, without line end',
      `${soa}a A 10.0.0.1\nb A 10.0.0.2`,
      remove('b', 'A', '10.0.0.2'),
      `${soa}a A 10.0.0.1\n`,
    ],
  ])('%s', (_name, text, change, expected) => expect(apply(text, change)).toBe(expected));
});

describe('a changed record keeps everything but the changed field', () => {
  it.each<readonly [string, string, RecordChange, string]>([
    [
      'an address',
      `${soa}a   IN  A  10.0.0.1   ; the first\n`,
      set('a', 'A', '10.0.0.1', '10.0.0.2'),
      `${soa}a   IN  A  10.0.0.2   ; the first\n`,
    ],
    [
      'a relative target',
      `${soa}a CNAME ns1 ; x\n`,
      set('a', 'CNAME', 'ns1.fleet.lan.', 'ns2.fleet.lan.'),
      `${soa}a CNAME ns2 ; x\n`,
    ],
    [
      'an absolute target',
      `${soa}a CNAME ns1.fleet.lan.\n`,
      set('a', 'CNAME', 'ns1.fleet.lan.', 'ns2.fleet.lan.'),
      `${soa}a CNAME ns2.fleet.lan.\n`,
    ],
    [
      'the preference of an MX',
      `${soa}@  MX  10   ns1\n`,
      set('@', 'MX', '10 ns1.fleet.lan.', '20 ns1.fleet.lan.'),
      `${soa}@  MX  20   ns1\n`,
    ],
    [
      'one field over lines',
      `${soa}_x._tcp SRV ( 0 5 ; prio weight\n  80 ns1 )\n`,
      set('_x._tcp', 'SRV', '0 5 80 ns1.fleet.lan.', '0 5 81 ns1.fleet.lan.'),
      `${soa}_x._tcp SRV ( 0 5 ; prio weight\n  81 ns1 )\n`,
    ],
    ['a text', `${soa}t TXT "a" ; x\n`, set('t', 'TXT', '"a"', '"b;c"'), `${soa}t TXT "b;c" ; x\n`],
    [
      'a TTL that is there',
      `${soa}a 300 A 10.0.0.1\nb 300 A 10.0.0.2\n`,
      set('a', 'A', '10.0.0.1', '10.0.0.1', 60),
      `${soa}a 60 A 10.0.0.1\nb 300 A 10.0.0.2\n`,
    ],
    [
      'a TTL that was not there',
      `$TTL 60\n${soa}a IN A 10.0.0.1\n`,
      set('a', 'A', '10.0.0.1', '10.0.0.1', 30),
      `$TTL 60\n${soa}a 30 IN A 10.0.0.1\n`,
    ],
    [
      'the TTL of all of a set',
      `$TTL 60\n${soa}a 5 A 10.0.0.1\na 5 A 10.0.0.2\n`,
      set('a', 'A', '10.0.0.1', '10.0.0.3', 30),
      `$TTL 60\n${soa}a 30 A 10.0.0.3\na 30 A 10.0.0.2\n`,
    ],
    [
      'the TTL where no $TTL is: the line behind keeps the one that it had from here',
      `@ 300 ${soa.slice(2)}a 60 A 10.0.0.1\nb A 10.0.0.2\nc A 10.0.0.3\n`,
      set('a', 'A', '10.0.0.1', '10.0.0.1', 30),
      `@ 300 ${soa.slice(2)}a 30 A 10.0.0.1\nb 60 A 10.0.0.2\nc A 10.0.0.3\n`,
    ],
    [
      'one string of several over lines',
      `${soa}t TXT ( "v=DKIM1; " ; version\n      "p=AAAA"\n      "BBBB" ) ; key\n`,
      set('t', 'TXT', '"v=DKIM1; " "p=AAAA" "BBBB"', '"v=DKIM1; " "p=CCCC" "BBBB"'),
      `${soa}t TXT ( "v=DKIM1; " ; version\n      "p=CCCC"\n      "BBBB" ) ; key\n`,
    ],
    [
      'fewer strings over lines',
      `${soa}t TXT ( "a"\n      "b"\n      "c"\n    )\n`,
      set('t', 'TXT', '"a" "b" "c"', '"a" "d"'),
      `${soa}t TXT ( "a"\n      "d"\n    )\n`,
    ],
    [
      'more strings over lines',
      `${soa}t TXT ( "a"\n      "b" )\n`,
      set('t', 'TXT', '"a" "b"', '"a" "b" "c" "d"'),
      `${soa}t TXT ( "a"\n      "b"\n      "c"\n      "d" )\n`,
    ],
    [
      'a key in pieces over lines',
      `${soa}@ DNSKEY 257 3 13 (\n    AAAA BBBB\n    CCCC DD== ) ; old\n`,
      set('@', 'DNSKEY', '257 3 13 AAAABBBBCCCCDD==', '256 3 13 EEEEFFFFGGGGHH=='),
      `${soa}@ DNSKEY 256 3 13 (\n    EEEE FFFF\n    GGGG HH== ) ; old\n`,
    ],
    [
      'a digest that gets longer',
      `${soa}_25._tcp TLSA 3 1 1 ( ABCD\n  EF01 )\n`,
      set('_25._tcp', 'TLSA', '3 1 1 ABCDEF01', '3 1 2 11112222334455'),
      `${soa}_25._tcp TLSA 3 1 2 ( 1111\n  2222\n  3344\n  55 )\n`,
    ],
    [
      'a list of prefixes that was empty',
      `${soa}a APL\nb A 10.0.0.1\n`,
      set('a', 'APL', '', '1:10.0.0.0/8'),
      `${soa}a APL 1:10.0.0.0/8\nb A 10.0.0.1\n`,
    ],
    [
      'a record that stands there twice, in both places',
      `${soa}a A 10.0.0.1\nb A 10.0.0.9\na A 10.0.0.1\n`,
      set('a', 'A', '10.0.0.1', '10.0.0.2'),
      `${soa}a A 10.0.0.2\nb A 10.0.0.9\na A 10.0.0.2\n`,
    ],
    [
      'a set beside another one that cannot be read',
      `${soa}@ A ${'${'}gateway}\n@ TXT "a"\n`,
      set('@', 'TXT', '"a"', '"b"'),
      `${soa}@ A ${'${'}gateway}\n@ TXT "b"\n`,
    ],
    [
      'data that was written in octets',
      `${soa}a TYPE5 \\# 5 0377777700\n`,
      set('a', 'CNAME', 'www.', 'ns1.fleet.lan.'),
      `${soa}a TYPE5 ns1\n`,
    ],
  ])('%s', (_name, text, change, expected) => expect(apply(text, change)).toBe(expected));
});

describe('an edit is refused where it would not be right', () => {
  const text = `$TTL 60\n${soa}a A 10.0.0.1\nc CNAME a\nbad A 10.0.0\n`;
  it.each<readonly [string, string, RecordChange, string]>([
    ['what is there already', text, add('a', 'A', '10.0.0.1'), 'record-exists'],
    ['a change to what is there already', text, set('a', 'A', '10.0.0.1', '10.0.0.1'), 'record-exists'],
    ['what is not there', text, remove('a', 'A', '10.0.0.2'), 'record-not-found'],
    ['a name that is not there', text, remove('aa', 'A', '10.0.0.2'), 'record-not-found'],
    ['data beside a CNAME', text, add('c', 'TXT', '"x"'), 'record-conflict'],
    ['a CNAME beside data', text, add('a', 'CNAME', 'c.fleet.lan.'), 'record-conflict'],
    [
      'a CNAME at the top, also where the SOA is in another file',
      'a A 10.0.0.1\n',
      add('@', 'CNAME', 'a.fleet.lan.'),
      'record-conflict',
    ],
    ['a line that cannot be read', text, add('bad', 'A', '10.0.0.1'), 'zone-unreadable'],
    ['a CNAME beside a line that cannot be read', text, add('bad', 'CNAME', 'a.fleet.lan.'), 'zone-unreadable'],
    [
      'anything beside a CNAME that cannot be read',
      `${soa}c CNAME a b\n`,
      add('c', 'A', '10.0.0.1'),
      'zone-unreadable',
    ],
    [
      'a file whose rest is inside a parenthesis',
      `${soa}x TXT ( "a"\na A 10.0.0.1\n`,
      add('new', 'A', '10.0.0.1'),
      'zone-unreadable',
    ],
    ['an address that is none', text, add('x', 'A', '10.0.0.999'), 'bad-arguments'],
    ['an IPv6 address for an A record', text, add('x', 'A', 'fd00::1'), 'bad-arguments'],
    ['a text over 255', text, add('x', 'TXT', `"${'x'.repeat(256)}"`), 'bad-arguments'],
    ['a line end in the data', text, add('x', 'TXT', '"a\nb A 10.0.0.1"'), 'bad-arguments'],
    ['a quote that is not closed', text, add('x', 'TXT', '"a'), 'bad-arguments'],
    ['a label over 63', text, add('x'.repeat(64), 'A', '10.0.0.1'), 'bad-arguments'],
    ['the SOA', text, remove('@', 'SOA', 'x'), 'bad-arguments'],
    ['more data than the type has', text, add('x', 'MX', '10 a b'), 'bad-arguments'],
    ['a TLSA whose digits are none', text, add('x', 'TLSA', '3 1 1 zz'), 'bad-arguments'],
  ])('%s', (_name, before, change, code) => expect(apply(before, change).split(':')[0]).toBe(code));
});
