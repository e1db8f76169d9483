import { describe, expect, it } from 'vitest';
import { readData, readTime } from '../../src/dns/data.ts';

const read = (type: string, text: string): string => {
  const reading = readData(type, text, 'example.org.');
  return reading.kind === 'data' ? reading.data : `wrong: ${reading.problem}`;
};

describe('data has one spelling', () => {
  it.each([
    ['A', '192.0.2.1', '192.0.2.1'],
    ['AAAA', '2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['AAAA', '0:0:1::', '0:0:1::'],
    ['AAAA', '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['AAAA', '::ffff:192.0.2.1', '::ffff:c000:201'],
    ['CNAME', 'WWW', 'www.example.org.'],
    ['MX', '010 mail', '10 mail.example.org.'],
    ['TXT', 'plain', '"plain"'],
    ['TXT', '"a" "b"', '"a" "b"'],
    ['TXT', '"\\065\\"\\;"', '"A\\";"'],
    ['TXT', '"é"', '"\\195\\169"'],
    ['CAA', '0 ISSUE "x;y"', '0 issue "x;y"'],
    ['TLSA', '3 1 1 abcd EF01', '3 1 1 ABCDEF01'],
    ['HTTPS', '1 . alpn="h2,h3"', '1 . alpn=h2,h3'],
    ['TYPE731', '\\# 3 abcdef', '\\# 3 ABCDEF'],
    ['A', '\\# 4 c0000201', '192.0.2.1'],
    ['AAAA', '\\# 16 20010db8000000000000000000000001', '2001:db8::1'],
    ['SOA', 'ns1 h 1 2h 1h 2w 5m', 'ns1.example.org. h.example.org. 1 7200 3600 1209600 300'],
    ['WALLET', 'any thing "at all"', 'any thing "at all"'],
  ])('%s %s', (type, text, data) => expect(read(type, text)).toBe(data));

  it.each([
    ['A', '192.0.2.256'],
    ['A', '192.0.2'],
    ['A', '192.0.02.1'],
    ['A', '2001:db8::1'],
    ['A', '192.0.2.1 x'],
    ['AAAA', '192.0.2.1'],
    ['AAAA', '1::2::3'],
    ['AAAA', '1:2:3:4:5:6:7'],
    ['AAAA', '1:2:3:4:5:6:7:8:9'],
    ['AAAA', '12345::'],
    ['MX', 'mail'],
    ['MX', '65536 mail'],
    ['MX', '-1 mail'],
    ['SRV', '0 0 mail'],
    ['CNAME', '"quoted"'],
    ['CNAME', `${'a'.repeat(64)}`],
    ['CNAME', 'a..b'],
    ['TXT', `"${'x'.repeat(256)}"`],
    ['TXT', `"${'é'.repeat(128)}"`],
    ['TXT', '"open'],
    ['TXT', ''],
    ['CAA', '256 issue "x"'],
    ['TLSA', '3 1 1 abc'],
    ['TYPE731', '\\# 2 abcdef'],
    ['TYPE731', '\\# x'],
  ])('%s %s is refused', (type, text) => expect(read(type, text)).toMatch(/^wrong: /));
});

describe('a time is read as BIND reads it', () => {
  it.each([
    ['3600', 3600],
    ['1h30m', 5400],
    ['2W', 1_209_600],
    ['1d', 86_400],
    ['4294967295', 4_294_967_295],
    ['4294967296', null],
    ['h', null],
    ['1x', null],
    ['', null],
    ['1.5h', null],
  ])('%s', (text, seconds) => expect(readTime(text)).toBe(seconds));
});
