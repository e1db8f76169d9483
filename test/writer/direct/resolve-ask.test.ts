import { describe, expect, it } from 'vitest';
import { isRefusal, type Refusal } from '../../../src/core/refusal.ts';
import type { RecordChange } from '../../../src/dns/change.ts';
import { openZone } from '../../../src/dns/zone.ts';
import { readAsk } from '../../../src/writer/direct/read-ask.ts';
import { resolveAsks } from '../../../src/writer/direct/resolve-ask.ts';

const soa = '$TTL 3600\n@ IN SOA ns1 h 7 7200 3600 1209600 300\n NS ns1\nns1 A 10.0.0.1\n';
const fleetZone = `${soa}griffin A 10.0.20.11\n AAAA fd00::11\nanubis A 10.0.20.7\ntwin A 10.0.1.1\ntwin A 10.0.1.2
grafana CNAME griffin\nold-wiki CNAME griffin\ndash A 10.0.20.11\ndual A 10.0.20.11\n AAAA fd00::11\nmixed A 10.0.0.5\n TXT "x"\nmail MX 10 anubis\ndb.lab A 10.0.3.1\n`;

const files: Readonly<Record<string, string>> = {
  'fleet.lan': fleetZone,
  'lab.example': `${soa}anubis A 10.9.0.7\nonly-here A 10.9.0.8\n`,
  'sub.fleet.lan': soa,
  '20.0.10.in-addr.arpa': soa,
};

const resolve = (text: string, zones: readonly string[] = ['fleet.lan']): readonly RecordChange[] | Refusal => {
  const asks = readAsk(text);
  if (isRefusal(asks)) return asks;
  const open = zones.map((zone) => openZone({ zone, file: zone }, new Map(Object.entries(files))));
  const hosts = new Map([
    ['blackjack', '10.0.20.44'],
    ['anubis', '10.0.20.7'],
    ['named', 'griffin.fleet.lan'],
  ]);
  return resolveAsks(asks, { zones: open.flatMap((zone) => (isRefusal(zone) ? [] : [zone])), hosts });
};
const spelled = (text: string, zones?: readonly string[]): readonly string[] | string => {
  const changes = resolve(text, zones);
  if (isRefusal(changes)) return changes.code;
  return changes.map(
    (change) =>
      `${change.action} ${change.owner} ${change.type} ${change.action === 'update' ? `${change.before} -> ` : ''}${change.data}`,
  );
};

describe('an ask finds its zone, its host and its records', () => {
  it.each<readonly [string, readonly string[]]>([
    ['Add an A record consul.fleet.lan 10.0.20.30', ['create consul.fleet.lan. A 10.0.20.30']],
    ['Add A Consul 10.0.20.30', ['create consul.fleet.lan. A 10.0.20.30']],
    ['Add an A record consul anubis', ['create consul.fleet.lan. A 10.0.20.7']],
    ['Add CNAME wiki to anubis', ['create wiki.fleet.lan. CNAME anubis.fleet.lan.']],
    ['Add CNAME wiki to www.example.net', ['create wiki.fleet.lan. CNAME www.example.net.']],
    ['Add an MX record fleet.lan 10 anubis', ['create fleet.lan. MX 10 anubis.fleet.lan.']],
    ['Add TXT @ "v=spf1 -all"', ['create fleet.lan. TXT "v=spf1 -all"']],
    ['Add A www.lab 10.0.3.2', ['create www.lab.fleet.lan. A 10.0.3.2']],
    ['Add TXT _acme-challenge.new "x"', ['create _acme-challenge.new.fleet.lan. TXT "x"']],
    ['point grafana at anubis', ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> anubis.fleet.lan.']],
    [
      'point grafana at 10.0.20.7',
      ['delete grafana.fleet.lan. CNAME griffin.fleet.lan.', 'create grafana.fleet.lan. A 10.0.20.7'],
    ],
    ['point dash at anubis', ['update dash.fleet.lan. A 10.0.20.11 -> 10.0.20.7']],
    [
      'point dual at anubis',
      ['update dual.fleet.lan. A 10.0.20.11 -> 10.0.20.7', 'delete dual.fleet.lan. AAAA fd00::11'],
    ],
    ['point dash at blackjack', ['update dash.fleet.lan. A 10.0.20.11 -> 10.0.20.44']],
    ['point dash at twin', ['update dash.fleet.lan. A 10.0.20.11 -> 10.0.1.1', 'create dash.fleet.lan. A 10.0.1.2']],
    ['point dash at griffin', ['create dash.fleet.lan. AAAA fd00::11']],
    ['point fresh at griffin', ['create fresh.fleet.lan. CNAME griffin.fleet.lan.']],
    ['point fresh at blackjack', ['create fresh.fleet.lan. A 10.0.20.44']],
    ['point fleet.lan at anubis', ['create fleet.lan. A 10.0.20.7']],
    ['set dash A 10.0.20.8', ['update dash.fleet.lan. A 10.0.20.11 -> 10.0.20.8']],
    ['Remove the CNAME old-wiki', ['delete old-wiki.fleet.lan. CNAME griffin.fleet.lan.']],
    ['Remove the record old-wiki', ['delete old-wiki.fleet.lan. CNAME griffin.fleet.lan.']],
    ['Remove the A record twin 10.0.1.2', ['delete twin.fleet.lan. A 10.0.1.2']],
  ])('%s', (text, expected) => expect(spelled(text)).toEqual(expected));

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['Add A x.sub.fleet.lan 10.0.0.9', ['fleet.lan', 'sub.fleet.lan'], ['create x.sub.fleet.lan. A 10.0.0.9']],
    [
      'Add PTR 30.20.0.10.in-addr.arpa consul.fleet.lan',
      ['fleet.lan', '20.0.10.in-addr.arpa'],
      ['create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
    ],
    [
      'Add PTR 10.0.20.30 consul.fleet.lan',
      ['fleet.lan', '20.0.10.in-addr.arpa'],
      ['create 30.20.0.10.in-addr.arpa. PTR consul.fleet.lan.'],
    ],
    ['Add A consul 10.0.20.30', ['fleet.lan', '20.0.10.in-addr.arpa'], ['create consul.fleet.lan. A 10.0.20.30']],
    [
      'Add A consul 10.0.20.30 in the zone lab.example',
      ['fleet.lan', 'lab.example'],
      ['create consul.lab.example. A 10.0.20.30'],
    ],
    [
      'point only-here at griffin.fleet.lan',
      ['fleet.lan', 'lab.example'],
      ['update only-here.lab.example. A 10.9.0.8 -> 10.0.20.11', 'create only-here.lab.example. AAAA fd00::11'],
    ],
    [
      'point grafana at only-here',
      ['fleet.lan', 'lab.example'],
      ['update grafana.fleet.lan. CNAME griffin.fleet.lan. -> only-here.lab.example.'],
    ],
  ])('%s in %j', (text, zones, expected) => expect(spelled(text, zones)).toEqual(expected));
});

describe('an ask that leaves a question open is asked back', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['Add A consul 10.0.20.30', ['fleet.lan', 'lab.example'], 'ask-ambiguous'],
    ['Remove the A record anubis', ['fleet.lan', 'lab.example'], 'ask-ambiguous'],
    ['Add an A record consul twin', ['fleet.lan'], 'ask-ambiguous'],
    ['Remove the A record twin', ['fleet.lan'], 'ask-ambiguous'],
    ['Remove the record mixed', ['fleet.lan'], 'ask-ambiguous'],
    ['set twin A 10.0.1.3', ['fleet.lan'], 'ask-ambiguous'],
    ['Add A consul.elsewhere.net 10.0.20.30', ['fleet.lan'], 'zone-not-found'],
    ['Add A consul 10.0.20.30 in the zone nowhere.lan', ['fleet.lan'], 'zone-not-found'],
    ['Add A consul 10.0.20.30', [], 'zone-not-found'],
    ['point grafana at anubys', ['fleet.lan'], 'unknown-host'],
    ['Add CNAME wiki to nowhere', ['fleet.lan'], 'unknown-host'],
    ['Add an A record consul nowhere', ['fleet.lan'], 'unknown-host'],
    ['point grafana at grafana', ['fleet.lan'], 'record-conflict'],
    ['set consul A 10.0.20.30', ['fleet.lan'], 'record-not-found'],
    ['set grafana A 10.0.20.30', ['fleet.lan'], 'record-not-found'],
    ['Remove the CNAME old-wikki', ['fleet.lan'], 'record-not-found'],
    ['Remove the TXT record grafana', ['fleet.lan'], 'record-not-found'],
    ['Add an AAAA record consul 10.0.20.300', ['fleet.lan'], 'bad-arguments'],
    ['Add an A record consul 10.0.20.300', ['fleet.lan'], 'bad-arguments'],
    ['Add an A record consul fd00::1', ['fleet.lan'], 'bad-arguments'],
    ['Add an AAAA record consul 10.0.20.30', ['fleet.lan'], 'bad-arguments'],
    ['point grafana at 10.0.20.300', ['fleet.lan'], 'bad-arguments'],
    ['point dual at griffin', ['fleet.lan'], 'record-exists'],
  ])('%s in %j: %s', (text, zones, code) => expect(spelled(text, zones)).toBe(code));

  it('lists what can be typed', () => {
    const twin = resolve('Remove the A record twin');
    expect(isRefusal(twin) ? twin.facts['choices'] : []).toEqual([
      '/dns remove twin.fleet.lan A 10.0.1.1',
      '/dns remove twin.fleet.lan A 10.0.1.2',
    ]);
    const zone = resolve('Add A consul 10.0.20.30', ['fleet.lan', 'lab.example']);
    expect(isRefusal(zone) ? zone.facts['choices'] : []).toEqual(['consul.fleet.lan', 'consul.lab.example']);
    const near = resolve('point grafana at anubys');
    expect(isRefusal(near) ? near.facts['near'] : []).toEqual(['anubis']);
  });
});
