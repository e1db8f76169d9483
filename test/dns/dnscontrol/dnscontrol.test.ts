import { describe, expect, it, test } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { dnscontrolHolder } from '../../../src/dns/dnscontrol/dnscontrol-holder.ts';
import { edited, openAs, recordsIn, twice, unreadableIn } from '../names/edits.ts';

const text = `// the zones
var REG = NewRegistrar("none"); /* D("commented.example") */
var DSP = NewDnsProvider("bind");
var office = IP("192.0.2.40");
var moving = "192.0.2.41";
moving = "192.0.2.42";

D("example.org", REG, DnsProvider(DSP),
    DefaultTTL(300),
    A("@", "192.0.2.1"),
    A("www", "192.0.2.2", TTL(60)), // the site
    MX("@", 10, "mail"),
    TXT("@", "v=spf1 a; -all"),
    CAA("@", "issue", "letsencrypt.org"),
    A("office", office),
    A("moving", moving),
    A("many", \`192.0.2.\${host}\`),
    servers.map(function (one) { return A(one, "192.0.2.9"); }),
    CNAME("ftp", "www")
);

D_EXTEND("lab.example.org", A("db", "192.0.2.50"));
D('example.net', REG, DnsProvider(DSP), A('@','192.0.2.7'), END);
[1, 2].forEach(function (n) { D("zone" + n + ".example", REG); });
`;
const zone = 'example.org';
const edit = (said: string, of = zone) => edited('dnscontrol', text, said, of);

describe("dnscontrol's dnsconfig.js", () => {
  it('is known by its domains', () => {
    expect(dnscontrolHolder.claims('dnsconfig.js', text)).toBe(true);
    expect(dnscontrolHolder.zonesIn('dnsconfig.js', text)).toEqual(['example.org.', 'example.net.']);
    expect(dnscontrolHolder.claims('src/app.js', 'const D = (x) => x; D(3);')).toBe(false);
  });

  it('tells the records that are written out, with constants that have one value', () => {
    expect(recordsIn('dnscontrol', text, zone)).toEqual([
      '10 example.org. 300 A 192.0.2.1',
      '11 www.example.org. 60 A 192.0.2.2',
      '12 example.org. 300 MX 10 mail.example.org.',
      '13 example.org. 300 TXT "v=spf1 a; -all"',
      '14 example.org. 300 CAA 0 issue "letsencrypt.org"',
      '15 office.example.org. 300 A 192.0.2.40',
      '19 ftp.example.org. 300 CNAME www.example.org.',
      '22 db.lab.example.org. 300 A 192.0.2.50',
    ]);
    expect(unreadableIn('dnscontrol', text, zone)).toEqual([
      '24 a function or a loop makes domains here',
      '16 the record is computed',
      '17 the record is computed',
      '18 the records are computed',
    ]);
    expect(openAs('dnscontrol', text, zone).serial()).toBeNull();
  });

  test.each([
    ['a name beside its like', '+ mail.example.org A 192.0.2.3', ['+    A("mail", "192.0.2.3"),']],
    [
      'a record behind a line with a comment',
      '+ www.example.org AAAA 2001:db8::2',
      ['+    AAAA("www", "2001:db8::2"),'],
    ],
    [
      'another address',
      '~ www.example.org A 192.0.2.2 > 192.0.2.5',
      ['-    A("www", "192.0.2.2", TTL(60)), // the site', '+    A("www", "192.0.2.5", TTL(60)), // the site'],
    ],
    [
      'one number of several',
      '~ example.org MX 10 mail.example.org. > 20 mail.example.org.',
      ['-    MX("@", 10, "mail"),', '+    MX("@", 20, "mail"),'],
    ],
    ['one record less', '- example.org CAA 0 issue "letsencrypt.org"', ['-    CAA("@", "issue", "letsencrypt.org"),']],
    ['one less that a constant tells', '- office.example.org A 192.0.2.40', ['-    A("office", office),']],
    [
      'other data for one record of those that a constant tells',
      '~ office.example.org A 192.0.2.40 > 192.0.2.44',
      ['-    A("office", office),', '+    A("office", "192.0.2.44"),'],
    ],
    ['a text', '+ x.example.org TXT "a; \\"b\\""', ['+    TXT("x", "a; \\"b\\""),']],
  ])('takes %s and touches no other line', (_name, said, lines) => {
    expect(edit(said)).toEqual(lines);
  });

  it('takes the last one out with the comma before it', () => {
    const [first, ...more] = edit('- ftp.example.org CNAME www.example.org.').filter((line) => line.startsWith('+'));
    expect(first).toBe('+    servers.map(function (one) { return A(one, "192.0.2.9"); })');
    expect(more).toEqual([]);
  });

  it('writes as its neighbours on the line write', () => {
    expect(edit('+ www.example.net A 192.0.2.8', 'example.net')).toEqual([
      "-D('example.net', REG, DnsProvider(DSP), A('@','192.0.2.7'), END);",
      "+D('example.net', REG, DnsProvider(DSP), A('@','192.0.2.7'), A('www','192.0.2.8'), END);",
    ]);
  });

  it('changes a TTL alone', () => {
    const next = openAs('dnscontrol', text, zone).apply([
      {
        action: 'update',
        zone: 'example.org.',
        owner: 'example.org.',
        type: 'A',
        before: '192.0.2.1',
        data: '192.0.2.1',
        ttl: 120,
      },
    ]);
    expect(isRefusal(next) ? next.code : next.text).toContain('    A("@", "192.0.2.1", TTL(120)),\n');
  });

  test.each([
    ['a record whose data is computed', '+ many.example.org A 192.0.2.10', 'zone-unreadable line 17'],
    [
      'a variable that is given two values',
      '~ moving.example.org A 192.0.2.42 > 192.0.2.43',
      'zone-unreadable line 16',
    ],
    ['what is there', '+ www.example.org A 192.0.2.2', 'record-exists line 11'],
    ['a CNAME over an address', '+ www.example.org CNAME x.example.net.', 'record-conflict line 11'],
    ['what is not there', '- www.example.org A 192.0.2.99', 'record-not-found line 11'],
    ['an address that is none', '+ x.example.org A 2001:db8::1', 'bad-arguments'],
    ['a name outside', '+ www.example.com A 192.0.2.9', 'zone-not-found'],
  ])('refuses %s', (_name, said, code) => {
    expect(edit(said)).toEqual([code]);
  });

  it('lists what a list of records gives to every domain that names it, and lets no edit of one domain change another', () => {
    const shared = `var site = [
    A("@", "192.0.2.1"),
    CNAME("www", "@"), // the site
];
var own = [ MX("@", 10, "mail") ];
D("example.org", REG, DnsProvider(DSP), site, own);
D("example.net", REG, DnsProvider(DSP), site);
`;
    expect(recordsIn('dnscontrol', shared, zone)).toEqual([
      '2 example.org. A 192.0.2.1',
      '3 www.example.org. CNAME example.org.',
      '5 example.org. MX 10 mail.example.org.',
    ]);
    expect(edited('dnscontrol', shared, '- www.example.org CNAME example.org.', zone)).toEqual([
      'zone-unreadable line 3',
    ]);
    expect(edited('dnscontrol', shared, '+ www.example.org A 192.0.2.9', zone)).toEqual(['record-conflict line 3']);
    expect(edited('dnscontrol', shared, '~ example.org MX 10 mail.example.org. > 20 mail.example.org.', zone)).toEqual([
      '-var own = [ MX("@", 10, "mail") ];',
      '+var own = [ MX("@", 20, "mail") ];',
    ]);
  });

  test.each([
    [
      'what a record is given beside its data',
      'var WEB = "web.example.org.";\nD("example.org", REG,\n  CNAME("www", WEB, CF_PROXY_ON, TTL(60)),\n  END);\n',
      '~ www.example.org CNAME web.example.org. > new.example.org.',
      ['-  CNAME("www", WEB, CF_PROXY_ON, TTL(60)),', '+  CNAME("www", "new.example.org.", CF_PROXY_ON, TTL(60)),'],
    ],
    [
      'commas at the beginnings of lines',
      'D("example.org", REG\n  , A("@", "192.0.2.1")\n  // the site\n  , CNAME("www", "@")\n)\n',
      '+ ftp.example.org CNAME www.example.org.',
      ['+  , CNAME("ftp", "www.example.org.")'],
    ],
    [
      'the comment above a line that goes',
      'D("example.org", REG\n  , A("@", "192.0.2.1")\n  // the site\n  , CNAME("www", "@")\n)\n',
      '- www.example.org CNAME example.org.',
      ['-  , CNAME("www", "@")'],
    ],
    [
      'the last line, which has no comma',
      'D("example.org", REG, // ours\n    // mail\n    MX("@", 10, "mail")\n);\n',
      '+ example.org MX 20 backup.example.org.',
      ['+    MX("@", 20, "backup.example.org."),'],
    ],
    [
      'a key in several strings',
      'D("example.org", REG,\n  TXT("k._domainkey", [\n    "v=DKIM1; p=",\n    "AAAA",\n  ].join("")),\n  A("@", "192.0.2.1"));\n',
      '- example.org A 192.0.2.1',
      ['-  ].join("")),', '-  A("@", "192.0.2.1"));', '+  ].join("")));'],
    ],
  ])('keeps %s', (_name, said, change, lines) => {
    expect(edited('dnscontrol', said, change, zone)).toEqual(lines);
  });

  it('knows the reverse zone of a network that ends between two labels', () => {
    const reverse = 'D(REV("192.0.2.0/24"), REG,\n  PTR("7", "www.example.org."));\nD(REV("10.0.0.0/20"), REG);\n';
    expect(dnscontrolHolder.zonesIn('dnsconfig.js', reverse)).toEqual(['2.0.192.in-addr.arpa.']);
    expect(recordsIn('dnscontrol', reverse, '2.0.192.in-addr.arpa')).toEqual([
      '2 7.2.0.192.in-addr.arpa. PTR www.example.org.',
    ]);
  });

  it('is the same after the same change came twice', () => {
    expect(twice('dnscontrol', 'D("example.org", REG, A("a", "192.0.2.1"));\n', '+ b.example.org A 192.0.2.2')).toBe(
      'record-exists',
    );
  });
});
