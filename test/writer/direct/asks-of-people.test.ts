import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseFleetConfig } from '../../../src/config/parse-fleet-config.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { nothingKnown } from '../../../src/dns/serial-evidence.ts';
import { hostAddresses } from '../../../src/jobs/direct-plan.ts';
import { zoneSources } from '../../../src/jobs/zone-texts.ts';
import { planInFleet } from '../../../src/writer/direct/plan-in-fleet.ts';
import { readAsk } from '../../../src/writer/direct/read-ask.ts';
import { treeOf } from '../../fakes/tree.ts';

const fleet = fileURLToPath(new URL('../../../examples/fleet/', import.meta.url));
const parsed = parseFleetConfig(readFileSync(`${fleet}.github/fleetwright.yml`, 'utf8'));
if (parsed.kind !== 'config') throw new Error('the sample fleet has a wrong config');
const { config } = parsed;
const zones = readdirSync(`${fleet}dns`);
const tree = treeOf(
  Object.fromEntries(zones.map((name) => [`dns/${name}`, readFileSync(`${fleet}dns/${name}`, 'utf8')])),
);

/** What the bot would do in the sample fleet, one record a line; a TTL only where it is not the zone's own. */
async function doneFor(text: string): Promise<readonly string[]> {
  const asks = readAsk(text);
  if (isRefusal(asks)) return [`refused: ${asks.code}`];
  const planned = await planInFleet(asks, {
    zones: zoneSources(config),
    hosts: hostAddresses(config),
    tree,
    base: tree,
    now: Date.UTC(2026, 10, 22),
    knownServers: async () => nothingKnown,
  });
  if (isRefusal(planned)) {
    const { choices = [] } = planned.facts;
    const listed = Array.isArray(choices) ? choices : [];
    // A person who is asked reads every choice once.
    return [`refused: ${planned.code}`, ...listed.filter((choice, at) => listed.indexOf(choice) !== at)];
  }
  return planned.rows.map(({ action, name, type, before, after, ttl }) => {
    const data = [before, after].filter((one) => one !== null).join(' -> ');
    return `${action} ${name} ${type} ${data}${ttl === 3600 || ttl === null ? '' : ` ttl ${ttl}`}`;
  });
}

test.each<readonly [string, readonly string[]]>([
  [
    'Please add an A record for consul.fleet.lan pointing to 10.0.20.30',
    ['create consul.fleet.lan. A 10.0.20.30', 'create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
  ],
  [
    'Add consul.fleet.lan -> 10.0.20.30',
    ['create consul.fleet.lan. A 10.0.20.30', 'create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
  ],
  [
    'add dns entry consul 10.0.20.30',
    ['create consul.fleet.lan. A 10.0.20.30', 'create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
  ],
  [
    'We need a DNS record vault.fleet.lan with IP 10.0.20.31',
    ['create vault.fleet.lan. A 10.0.20.31', 'create 31.20.0.10.in-addr.arpa. PTR vault.fleet.lan.'],
  ],
  ['Create an alias metrics for prometheus', ['create metrics.fleet.lan. CNAME prometheus.fleet.lan.']],
  ['Add an alias called metrics pointing to griffin', ['create metrics.fleet.lan. CNAME griffin.fleet.lan.']],
  ['metrics should be an alias for griffin', ['create metrics.fleet.lan. CNAME griffin.fleet.lan.']],
  ['Add a CNAME metrics to griffin', ['create metrics.fleet.lan. CNAME griffin.fleet.lan.']],
  ['point grafana to anubis', ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.']],
  [
    'Point grafana.fleet.lan at anubis.fleet.lan please',
    ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.'],
  ],
  ['grafana → anubis', ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.']],
  ['grafana -> anubis', ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.']],
  ['Move grafana to anubis', ['refused: ask-not-understood']],
  ['Switch grafana over to wolfhound', ['refused: ask-not-understood']],
  [
    'Repoint wiki and dash to anubis',
    [
      'update wiki.fleet.lan. CNAME blackjack.fleet.lan. -> anubis.fleet.lan.',
      'update dash.fleet.lan. CNAME blackjack.fleet.lan. -> anubis.fleet.lan.',
    ],
  ],
  [
    'Make wiki point to griffin and point dash at anubis',
    [
      'update wiki.fleet.lan. CNAME blackjack.fleet.lan. -> griffin.fleet.lan.',
      'update dash.fleet.lan. CNAME blackjack.fleet.lan. -> anubis.fleet.lan.',
    ],
  ],
  ['Rename old-wiki to archive', ['refused: ask-not-understood']],
  [
    'rename printer.fleet.lan to brother.fleet.lan',
    [
      'delete printer.fleet.lan. A 10.0.20.40',
      'delete printer.fleet.lan. TXT "Brother HL-L2350DW, study"',
      'create brother.fleet.lan. A 10.0.20.40',
      'create brother.fleet.lan. TXT "Brother HL-L2350DW, study"',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
      'create 40.20.0.10.in-addr.arpa. PTR brother.fleet.lan.',
    ],
  ],
  ['Drop the old old-wiki CNAME', ['delete old-wiki.fleet.lan. CNAME anubis.fleet.lan.']],
  ['Drop the old wiki', ['refused: ask-not-understood']],
  ['Drop old-wiki from DNS', ['delete old-wiki.fleet.lan. CNAME anubis.fleet.lan.']],
  ['Remove old-wiki', ['refused: ask-not-understood']],
  ['Delete the DNS record for old-wiki', ['delete old-wiki.fleet.lan. CNAME anubis.fleet.lan.']],
  ['Delete the printer record', ['refused: ask-ambiguous']],
  ['Delete the TXT record of printer', ['delete printer.fleet.lan. TXT "Brother HL-L2350DW, study"']],
  [
    'Remove all records of printer',
    [
      'delete printer.fleet.lan. A 10.0.20.40',
      'delete printer.fleet.lan. TXT "Brother HL-L2350DW, study"',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
    ],
  ],
  [
    'Delete nas.fleet.lan and old-wiki.fleet.lan from DNS',
    ['delete nas.fleet.lan. CNAME anubis.fleet.lan. ttl 300', 'delete old-wiki.fleet.lan. CNAME anubis.fleet.lan.'],
  ],
  [
    'Remove nas, old-wiki and paste from DNS',
    [
      'delete nas.fleet.lan. CNAME anubis.fleet.lan. ttl 300',
      'delete old-wiki.fleet.lan. CNAME anubis.fleet.lan.',
      'delete paste.fleet.lan. CNAME anubis.fleet.lan.',
    ],
  ],
  [
    'Lower the TTL of grafana to 60',
    ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> griffin.fleet.lan. ttl 60'],
  ],
  ['Set the TTL of nas to 1h', ['update nas.fleet.lan. CNAME anubis.fleet.lan. -> anubis.fleet.lan.']],
  [
    'set ttl for grafana to 5 minutes',
    ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> griffin.fleet.lan. ttl 300'],
  ],
  [
    'Add A consul 10.0.20.30 with a TTL of 5m',
    ['create consul.fleet.lan. A 10.0.20.30 ttl 300', 'create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
  ],
  [
    'Add an A record consul 10.0.20.30, ttl 300',
    ['create consul.fleet.lan. A 10.0.20.30 ttl 300', 'create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
  ],
  ['Add consul.fleet.lan with IPv6 address fd42:fee1:20::30', ['create consul.fleet.lan. AAAA fd42:fee1:20::30']],
  ['Add an AAAA record for griffin: fd42:fee1:20::11', ['create griffin.fleet.lan. AAAA fd42:fee1:20::11']],
  [
    'Add consul.fleet.lan with 10.0.20.30 and fd42:fee1:20::30',
    [
      'create consul.fleet.lan. A 10.0.20.30',
      'create consul.fleet.lan. AAAA fd42:fee1:20::30',
      'create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.',
    ],
  ],
  ['Add an MX record for fleet.lan: 10 mail.fleet.lan', ['create fleet.lan. MX 10 mail.fleet.lan.']],
  ['Set up mail for fleet.lan to go to mail.example.net with priority 10', ['refused: ask-not-understood']],
  ['Add TXT record _acme-challenge.fleet.lan with value abc123', ['create _acme-challenge.fleet.lan. TXT "abc123"']],
  ['Add a TXT record @ "v=spf1 mx -all"', ['create fleet.lan. TXT "v=spf1 mx -all"']],
  [
    'Change the SPF record of fleet.lan to "v=spf1 mx -all"',
    ['update fleet.lan. TXT "v=spf1 -all" -> "v=spf1 mx -all"'],
  ],
  [
    'Change the TXT record of fleet.lan to "v=spf1 mx -all"',
    ['update fleet.lan. TXT "v=spf1 -all" -> "v=spf1 mx -all"'],
  ],
  [
    'Add an SRV record _ldap._tcp.fleet.lan 0 5 389 griffin',
    ['create _ldap._tcp.fleet.lan. SRV 0 5 389 griffin.fleet.lan.'],
  ],
  [
    'Add SRV _ldap._tcp with priority 0, weight 5, port 389, target griffin',
    ['create _ldap._tcp.fleet.lan. SRV 0 5 389 griffin.fleet.lan.'],
  ],
  ['Add CAA 0 issue "letsencrypt.org" for fleet.lan', ['create fleet.lan. CAA 0 issue "letsencrypt.org"']],
  ['Add a CAA record for fleet.lan allowing letsencrypt.org', ['refused: ask-not-understood']],
  ['Add an A record for consul', ['refused: ask-not-understood']],
  ['Add an AAAA record consul 10.0.20.30', ['refused: bad-arguments']],
  ['Add an A record consul fd42::1', ['refused: bad-arguments']],
  ['Add an A record consul 10.0.20.300', ['refused: bad-arguments']],
  ['Add CNAME griffin to anubis', ['refused: record-conflict']],
  ['Point grafana at osiris', ['refused: unknown-host']],
  ['Point gravana at anubis', ['refused: record-not-found']],
  ['Add an A record griffin.fleet.lan 10.0.20.11', ['refused: record-exists']],
  ['Add a PTR record for 10.0.20.41 to scanner.fleet.lan', ['create 41.20.0.10.in-addr.arpa. PTR scanner.fleet.lan.']],
  [
    'Change the IP of printer to 10.0.20.42',
    [
      'update printer.fleet.lan. A 10.0.20.40 -> 10.0.20.42',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
      'create 42.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
    ],
  ],
  [
    'Change printer to 10.0.20.42',
    [
      'update printer.fleet.lan. A 10.0.20.40 -> 10.0.20.42',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
      'create 42.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
    ],
  ],
  ['The printer has a new address: 10.0.20.42', ['refused: ask-not-understood']],
  ['printer is now at 10.0.20.42', ['refused: ask-not-understood']],
  [
    'Update the A record for printer.fleet.lan from 10.0.20.40 to 10.0.20.42',
    [
      'update printer.fleet.lan. A 10.0.20.40 -> 10.0.20.42',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
      'create 42.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
    ],
  ],
  [
    'Please update these DNS records:\n- grafana -> anubis\n- wiki -> wolfhound\n- printer -> 10.0.20.42',
    [
      'update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.',
      'update wiki.fleet.lan. CNAME blackjack.fleet.lan. -> wolfhound.fleet.lan.',
      'update printer.fleet.lan. A 10.0.20.40 -> 10.0.20.42',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
      'create 42.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
    ],
  ],
  [
    'Add these A records:\n| consul1 | 10.0.20.51 |\n| consul2 | 10.0.20.52 |',
    [
      'create consul1.fleet.lan. A 10.0.20.51',
      'create consul2.fleet.lan. A 10.0.20.52',
      'create 51.20.0.10.in-addr.arpa. PTR consul1.fleet.lan.',
      'create 52.20.0.10.in-addr.arpa. PTR consul2.fleet.lan.',
    ],
  ],
  [
    'New DNS names\n\nconsul1.fleet.lan. 300 IN A 10.0.20.51\nconsul2.fleet.lan. 300 IN A 10.0.20.52',
    [
      'create consul1.fleet.lan. A 10.0.20.51 ttl 300',
      'create consul2.fleet.lan. A 10.0.20.52 ttl 300',
      'create 51.20.0.10.in-addr.arpa. PTR consul1.fleet.lan.',
      'create 52.20.0.10.in-addr.arpa. PTR consul2.fleet.lan.',
    ],
  ],
  [
    '```\nconsul1 IN A 10.0.20.51\nconsul2 IN A 10.0.20.52\n```',
    [
      'create consul1.fleet.lan. A 10.0.20.51',
      'create consul2.fleet.lan. A 10.0.20.52',
      'create 51.20.0.10.in-addr.arpa. PTR consul1.fleet.lan.',
      'create 52.20.0.10.in-addr.arpa. PTR consul2.fleet.lan.',
    ],
  ],
  ['Add a wildcard *.apps.fleet.lan to anubis', ['create *.apps.fleet.lan. CNAME anubis.fleet.lan.']],
  [
    'Add a new host osiris with 10.0.20.16',
    ['create osiris.fleet.lan. A 10.0.20.16', 'create 16.20.0.10.in-addr.arpa. PTR osiris.fleet.lan.'],
  ],
  [
    'Add DNS for osiris (10.0.20.16)',
    ['create osiris.fleet.lan. A 10.0.20.16', 'create 16.20.0.10.in-addr.arpa. PTR osiris.fleet.lan.'],
  ],
  ['Can you add consul.example.com 10.0.20.30?', ['refused: zone-not-found']],
  ['Change the nameserver of fleet.lan to ns3.fleet.lan', ['refused: ask-not-understood']],
  ['Add an NS record ns3.fleet.lan for fleet.lan', ['create fleet.lan. NS ns3.fleet.lan.']],
  ['Delegate lab.fleet.lan to ns1.lab.fleet.lan', ['refused: ask-not-understood']],
  ['Remove the AAAA of anubis', ['delete anubis.fleet.lan. AAAA fd42:fee1:20::14']],
  ['Replace the CNAME grafana with an A record 10.0.20.14', ['refused: ask-not-understood']],
  ['Make grafana an A record for 10.0.20.14', ['refused: ask-not-understood']],
  ['Swap grafana and prometheus', ['refused: ask-not-understood']],
  ['Bump the serial of fleet.lan', ['refused: ask-not-understood']],
  ['Add an HTTPS record for dash.fleet.lan 1 . alpn=h2', ['refused: record-conflict']],
  [
    'Add SSHFP griffin 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789',
    ['create griffin.fleet.lan. SSHFP 4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789'],
  ],
  [
    'Point git, status and forge at anubis',
    [
      'update git.fleet.lan. CNAME wolfhound.fleet.lan. -> anubis.fleet.lan.',
      'update status.fleet.lan. CNAME wolfhound.fleet.lan. -> anubis.fleet.lan.',
      'create forge.fleet.lan. CNAME anubis.fleet.lan.',
    ],
  ],
  [
    'Create A records for consul (10.0.20.51), nomad (10.0.20.52) and vault (10.0.20.53)',
    [
      'create consul.fleet.lan. A 10.0.20.51',
      'create nomad.fleet.lan. A 10.0.20.52',
      'create vault.fleet.lan. A 10.0.20.53',
      'create 51.20.0.10.in-addr.arpa. PTR consul.fleet.lan.',
      'create 52.20.0.10.in-addr.arpa. PTR nomad.fleet.lan.',
      'create 53.20.0.10.in-addr.arpa. PTR vault.fleet.lan.',
    ],
  ],
  ['Add consul.fleet.lan -> anubis', ['create consul.fleet.lan. CNAME anubis.fleet.lan.']],
  ['Add grafana -> anubis', ['refused: record-exists']],
  ['Please add:\n- grafana -> anubis', ['refused: record-exists']],
  [
    'Rename the CNAME old-wiki to archive',
    ['delete old-wiki.fleet.lan. CNAME anubis.fleet.lan.', 'create archive.fleet.lan. CNAME anubis.fleet.lan.'],
  ],
  [
    'Rename griffin.fleet.lan to gryphon.fleet.lan',
    [
      'delete griffin.fleet.lan. A 10.0.20.11',
      'create gryphon.fleet.lan. A 10.0.20.11',
      'delete 11.20.0.10.in-addr.arpa. PTR griffin.fleet.lan.',
      'create 11.20.0.10.in-addr.arpa. PTR gryphon.fleet.lan.',
    ],
  ],
  ['Drop the old wiki record', ['refused: ask-ambiguous']],
  ['Update the A record for printer.fleet.lan from 10.0.20.41 to 10.0.20.42', ['refused: record-not-found']],
  ['Set the TTL of printer to 60', ['refused: ask-ambiguous']],
  [
    'Delete all records of printer from DNS',
    [
      'delete printer.fleet.lan. A 10.0.20.40',
      'delete printer.fleet.lan. TXT "Brother HL-L2350DW, study"',
      'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.',
    ],
  ],
  ['Add an MX record mail.example.net with priority 10 for fleet.lan', ['create fleet.lan. MX 10 mail.example.net.']],
  ['Remove A and AAAA of anubis', ['refused: ask-not-understood']],
  ['Point web2 at anubis', ['create web2.fleet.lan. CNAME anubis.fleet.lan.']],
  ['dash.fleet.lan should be a CNAME of anubis', ['refused: record-conflict']],
  ['We need an alias metrics for griffin', ['create metrics.fleet.lan. CNAME griffin.fleet.lan.']],
  [
    'Hi team, could you please point grafana at wolfhound? Thanks!',
    ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> wolfhound.fleet.lan.'],
  ],
  ['DNS: grafana.fleet.lan CNAME wolfhound.fleet.lan', ['refused: ask-not-understood']],
  ['Please create a DNS entry "consul.fleet.lan" that resolves to 10.0.20.30', ['refused: ask-not-understood']],
  ['Add consul.fleet.lan A 10.0.20.30 and AAAA fd42:fee1:20::30', ['refused: ask-not-understood']],
  ['Add A and AAAA records for consul: 10.0.20.30, fd42:fee1:20::30', ['refused: ask-not-understood']],
  ['Remove the A record consul 10.0.20.30', ['refused: record-not-found']],
  [
    'Remove the A record 10.0.20.40 from printer',
    ['delete printer.fleet.lan. A 10.0.20.40', 'delete 40.20.0.10.in-addr.arpa. PTR printer.fleet.lan.'],
  ],
  ['Remove the TXT record "v=spf1 -all" from fleet.lan', ['delete fleet.lan. TXT "v=spf1 -all"']],
  ['Change grafana from griffin to anubis', ['refused: ask-not-understood']],
  [
    'Change grafana CNAME from griffin to anubis',
    ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.'],
  ],
  ['Set grafana to anubis', ['refused: ask-not-understood']],
  [
    'Change ns1 to 10.0.20.99',
    ['update ns1.fleet.lan. A 10.0.20.11 -> 10.0.20.99', 'create 99.20.0.10.in-addr.arpa. PTR ns1.fleet.lan.'],
  ],
  ['Add a record', ['refused: ask-not-understood']],
  ['Delete everything', ['refused: ask-not-understood']],
  ['Remove all DNS records', ['refused: ask-not-understood']],
  ['Remove all records from fleet.lan', ['refused: ask-not-understood']],
  ['Delete the zone fleet.lan', ['refused: ask-not-understood']],
  ['Add a CNAME record for fleet.lan to anubis', ['refused: record-conflict']],
  ['Add MX 10 mail.example.net to fleet.lan', ['create fleet.lan. MX 10 mail.example.net.']],
  ['Add MX @ 10 mail.example.net', ['create fleet.lan. MX 10 mail.example.net.']],
  [
    'Add TXT default._domainkey "v=DKIM1; k=rsa; p=MIGf"',
    ['create default._domainkey.fleet.lan. TXT "v=DKIM1; k=rsa; p=MIGf"'],
  ],
  [
    'Add TXT _dmarc with value "v=DMARC1; p=none; rua=mailto:a@fleet.lan"',
    ['create _dmarc.fleet.lan. TXT "v=DMARC1; p=none; rua=mailto:a@fleet.lan"'],
  ],
  ['Add TXT _dmarc v=DMARC1; p=none', ['refused: ask-not-understood']],
  ['Add SRV _http._tcp 10 20 80 dash.fleet.lan.', ['create _http._tcp.fleet.lan. SRV 10 20 80 dash.fleet.lan.']],
  ['Add A record foo..bar 10.0.0.1', ['refused: ask-not-understood']],
  ['Add A record -foo 10.0.0.1', ['refused: ask-not-understood']],
  [
    'Add A record foo_bar 10.0.20.77',
    ['create foo_bar.fleet.lan. A 10.0.20.77', 'create 77.20.0.10.in-addr.arpa. PTR foo_bar.fleet.lan.'],
  ],
  [
    'Add A record xn--mnchen-3ya 10.0.20.78',
    ['create xn--mnchen-3ya.fleet.lan. A 10.0.20.78', 'create 78.20.0.10.in-addr.arpa. PTR xn--mnchen-3ya.fleet.lan.'],
  ],
  [
    'Add A record münchen 10.0.20.78',
    ['create xn--mnchen-3ya.fleet.lan. A 10.0.20.78', 'create 78.20.0.10.in-addr.arpa. PTR xn--mnchen-3ya.fleet.lan.'],
  ],
  ['Add A record test 10.0.20', ['refused: bad-arguments']],
  ['Add A record test 010.0.20.1', ['refused: bad-arguments']],
  ['Add AAAA record test ::1', ['create test.fleet.lan. AAAA ::1']],
  ['Add CNAME test to test', ['refused: unknown-host']],
  ['Point test at test', ['refused: unknown-host']],
  [
    'Point anubis at griffin',
    [
      'update anubis.fleet.lan. A 10.0.20.14 -> 10.0.20.11',
      'delete anubis.fleet.lan. AAAA fd42:fee1:20::14',
      'delete 14.20.0.10.in-addr.arpa. PTR anubis.fleet.lan.',
    ],
  ],
  ['Point fleet.lan at griffin', ['create fleet.lan. A 10.0.20.11']],
  ['Point www.fleet.lan at https://grafana.fleet.lan', ['refused: ask-not-understood']],
  ['Add A record test 10.0.20.1/24', ['refused: bad-arguments']],
  ['Add A test.fleet.lan 10.0.20.88 ttl 99999999999', ['refused: ask-not-understood']],
  ['Set the TTL of nothing to 60', ['refused: record-not-found']],
  ['Rename the record nas to anubis', ['refused: record-exists']],
  ['Rename the record fleet.lan to lan.fleet', ['refused: bad-arguments']],
  ['Rename the record nas to nas', ['refused: record-exists']],
  [
    'Drop the AAAA record of anubis and add an A record storage 10.0.20.14',
    ['delete anubis.fleet.lan. AAAA fd42:fee1:20::14', 'create storage.fleet.lan. A 10.0.20.14'],
  ],
  [
    'Add an A record storage 10.0.20.14, then remove nas from DNS',
    ['create storage.fleet.lan. A 10.0.20.14', 'delete nas.fleet.lan. CNAME anubis.fleet.lan. ttl 300'],
  ],
  ['grafana → anubis, wiki → griffin', ['refused: ask-not-understood']],
  [
    '- grafana → anubis\n- wiki → griffin',
    [
      'update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.',
      'update wiki.fleet.lan. CNAME blackjack.fleet.lan. -> griffin.fleet.lan.',
    ],
  ],
  ['Please do not add an A record consul 10.0.20.30', ['refused: ask-not-understood']],
  ["Don't remove old-wiki from DNS", ['refused: ask-not-understood']],
  ['Should we add an A record consul 10.0.20.30?', ['refused: ask-not-understood']],
  ['Add an A record consul 10.0.20.30 unless it exists', ['refused: ask-not-understood']],
  ['Add an A record consul 10.0.20.30 and restart nginx', ['refused: ask-not-understood']],
  ['> Add an A record consul 10.0.20.30', ['refused: ask-not-understood']],
  ['~~Add an A record consul 10.0.20.30~~', ['refused: ask-not-understood']],
  ['Add an A record consul 10.0.20.30\n\nActually no, forget it.', ['refused: ask-not-understood']],
])('%s', async (ask, done) => {
  expect(await doneFor(ask)).toEqual(done);
});
