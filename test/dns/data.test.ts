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
    ['CNAME', '\\# 17 03777777076578616D706C65036F726700', 'www.example.org.'],
    ['MX', '\\# 8 000A 046D61696C 00', '10 mail.'],
    ['TXT', '\\# 4 01610162', '"a" "b"'],
    ['CAA', '\\# 10 00 05 6973737565 63 61 3B', '0 issue "ca;"'],
    ['TLSA', '\\# 5 030101ABCD', '3 1 1 ABCD'],
    ['DS', '\\# 6 30390D02ABCD', '12345 13 2 ABCD'],
    ['SVCB', '\\# 20 00000A737663622D6C6F6F703105666C61677300', '0 svcb-loop1.flags.'],
    ['SVCB', '\\# 9 0001 00 0003 0002 01BB', '\\# 9 0001000003000201BB'],
    ['A', '\\# 3 c00002', '\\# 3 C00002'],
    [
      'SVCB',
      '1 svc port="8443" key1=h2 KEY6=2001:DB8::0:1 key667=x',
      '1 svc.example.org. alpn=h2 port=8443 ipv6hint=2001:db8::1 key667=x',
    ],
    ['SVCB', '1 . key7=/{?dns}', '1 . dohpath=/{?dns}'],
    ['DNSKEY', '257 3 RSASHA256 AQ ID', '257 3 8 AQID'],
    ['DS', '12345 ed25519 2 abcd', '12345 15 2 ABCD'],
    [
      'RRSIG',
      'a 13 2 3600 20300101000000 20200101000000 7 @ AQ ID',
      'a 13 2 3600 20300101000000 20200101000000 7 example.org. AQID',
    ],
    ['NSEC', 'next RRSIG nsec A', 'next.example.org. A NSEC RRSIG'],
    ['ZONEMD', '1 1 1 ab cd', '1 1 1 ABCD'],
    ['X25', '100099', '"100099"'],
    ['URI', `1 1 "${'x'.repeat(300)}"`, `1 1 "${'x'.repeat(300)}"`],
    ['APL', '', ''],
    ['SOA', 'ns1 h {{serial}} 1 2 3 4', 'ns1.example.org. h.example.org. {{serial}} 1 2 3 4'],
    ['SOA', 'ns1 h 0007 1 2 3 4', 'ns1.example.org. h.example.org. 7 1 2 3 4'],
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
    ['DNSKEY', '257 3 RSA9 AQID'],
    ['SOA', 'ns1 h "7" 1 2 3 4'],
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
