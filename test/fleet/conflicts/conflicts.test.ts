import { describe, expect, test } from 'vitest';
import { conflictFindings, conflicts } from '../../../src/fleet/conflicts/list.ts';
import { factsFrom } from './facts.ts';

const said = (table: string): readonly string[] =>
  conflictFindings(factsFrom(table)).map(
    ({ check, level, host, file, line, message }) => `${check} ${level} ${host ?? '-'} ${file}:${line} ${message}`,
  );

/** What each conflict is for, once: a new one brings its own. */
const examples: Readonly<Record<string, string>> = {
  'address-twice': `
    address griffin lan = 10.0.20.11/24
    address anubis lan = 10.0.20.14/24
    address blackjack lan = 10.0.20.14/24`,
  'port-twice': `
    service-port griffin grafana = 3000/tcp
    service-port griffin forgejo = 3000/tcp`,
  'name-without-address': `
    address griffin lan = 10.0.20.11/24
    dns-name - griffin.fleet.lan = 10.0.20.99 @ dns/fleet.lan.zone:9`,
  'missing-name': `
    vhost griffin a.fleet.lan = http://127.0.0.1:1
    vhost griffin b.fleet.lan = http://127.0.0.1:2
    vhost griffin c.fleet.lan = http://127.0.0.1:3
    vhost griffin d.fleet.lan = http://127.0.0.1:4
    dns-name - a.fleet.lan = griffin.fleet.lan
    dns-name - b.fleet.lan = griffin.fleet.lan
    dns-name - c.fleet.lan = griffin.fleet.lan`,
  'missing-monitor': `
    vhost griffin a.fleet.lan = http://127.0.0.1:1
    vhost griffin b.fleet.lan = http://127.0.0.1:2
    vhost griffin c.fleet.lan = http://127.0.0.1:3
    vhost griffin d.fleet.lan = http://127.0.0.1:4
    monitor anubis one = https://a.fleet.lan/health
    monitor anubis two = https://b.fleet.lan/health
    monitor anubis three = https://c.fleet.lan/health`,
  'missing-link': `
    vhost griffin a.fleet.lan = http://127.0.0.1:1
    vhost griffin b.fleet.lan = http://127.0.0.1:2
    vhost griffin c.fleet.lan = http://127.0.0.1:3
    vhost griffin d.fleet.lan = http://127.0.0.1:4
    dashboard-link anubis one = https://a.fleet.lan
    dashboard-link anubis two = https://b.fleet.lan
    dashboard-link anubis three = https://c.fleet.lan`,
  'vlan-disagrees': `
    vlan griffin lan = 20
    vlan anubis lan = 20
    vlan blackjack lan = 30
    address griffin lan = 10.0.20.11/24
    address anubis lan = 10.0.20.14/24
    address blackjack lan = 10.0.20.13/24`,
  'unused-port': `
    open-port griffin firewall = 22/tcp
    open-port griffin firewall = 3000/tcp
    open-port griffin firewall = 9090/tcp
    open-port griffin firewall = 8080/tcp
    service griffin openssh = enabled
    service griffin grafana = enabled
    service griffin prometheus = enabled
    service-port griffin openssh = 22/tcp
    service-port griffin grafana = 3000/tcp
    service-port griffin prometheus = 9090/tcp`,
};

describe.each(conflicts.map((conflict) => [conflict.id, conflict] as const))('%s', (id, conflict) => {
  const facts = factsFrom(examples[id] ?? '');

  test('says in one sentence what it sees', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(conflict.summary).toMatch(/^[A-Z].*\.$/);
  });
  test('finds what it is for, once, signed, with a place', () => {
    const found = conflict.find(facts);
    expect(found).toHaveLength(1);
    for (const finding of found) {
      expect(finding.check).toBe(id);
      expect(facts.some(({ file, line }) => file === finding.file && line === finding.line)).toBe(true);
      expect(finding.message).not.toMatch(/undefined|null|\n/);
    }
  });
  test('says the same whatever the order of the facts', () => {
    expect(conflict.find([...facts].reverse())).toEqual(conflict.find(facts));
  });
  test('is silent where there are no facts, and where each host says the same facts alone', () => {
    expect(conflict.find([])).toEqual([]);
    const hosts = facts.map((fact, index) => ({ ...fact, host: fact.host === null ? null : `host-${index}` }));
    expect(hosts.flatMap((fact) => conflict.find([fact]))).toEqual([]);
  });
});

describe('one address on two things', () => {
  test.each([
    [
      'two hosts of a network that a third one is in too',
      examples['address-twice'] ?? '',
      'address-twice error blackjack hosts/blackjack.nix:3 10.0.20.14 is on anubis (lan, hosts/anubis.nix:2) and blackjack (lan, hosts/blackjack.nix:3)',
    ],
    [
      'two hosts that nobody else is beside',
      `address griffin eth0 = 192.168.7.12/24
       address anubis eth0 = 192.168.7.12/24`,
      'address-twice warning griffin hosts/griffin.nix:1 192.168.7.12 is on anubis (eth0, hosts/anubis.nix:2) and griffin (eth0, hosts/griffin.nix:1)',
    ],
    [
      'three of them, in one finding',
      `address a eth0 = 203.0.113.7/24
       address b eth0 = 203.0.113.7/24
       address c eth0 = 203.0.113.7/24`,
      'address-twice error c hosts/c.nix:3 203.0.113.7 is on a (eth0, hosts/a.nix:1), b (eth0, hosts/b.nix:2) and c (eth0, hosts/c.nix:3)',
    ],
    [
      'a whole fleet that was copied from one host',
      `address a lan = 10.0.20.11/24
       address b lan = 10.0.20.11/24
       address c lan = 10.0.20.11/24`,
      'address-twice warning c hosts/c.nix:3 10.0.20.11 is on a (lan, hosts/a.nix:1), b (lan, hosts/b.nix:2) and c (lan, hosts/c.nix:3)',
    ],
    [
      'a host and its own guest',
      `address griffin lan = 10.0.20.11/24
       address griffin/web eth0 = 10.0.20.11`,
      'address-twice error griffin hosts/griffin.nix:2 10.0.20.11 is on griffin (lan, hosts/griffin.nix:1) and the guest web on griffin (eth0, hosts/griffin.nix:2)',
    ],
    [
      'two guests of one host',
      `address griffin/a eth0 = 10.233.1.2
       address griffin/b eth0 = 10.233.1.2`,
      'address-twice error griffin hosts/griffin.nix:2 10.233.1.2 is on the guest a on griffin (eth0, hosts/griffin.nix:1) and the guest b on griffin (eth0, hosts/griffin.nix:2)',
    ],
    [
      'IPv6 in two spellings',
      `address griffin lan = fd42:fee1:20:0::14/64
       address anubis lan = FD42:FEE1:20::0014/64
       address kestrel lan = fd42:fee1:20::15/64`,
      'address-twice error griffin hosts/griffin.nix:1 fd42:fee1:20::14 is on anubis (lan, hosts/anubis.nix:2) and griffin (lan, hosts/griffin.nix:1)',
    ],
    [
      'two interfaces of one host',
      `address griffin lan = 10.0.20.11/24
       address griffin wan = 10.0.20.11/24`,
      'address-twice warning griffin hosts/griffin.nix:2 10.0.20.11 is on two interfaces of griffin: lan (hosts/griffin.nix:1) and wan (hosts/griffin.nix:2)',
    ],
    [
      'the same WireGuard address on two peers of one network',
      `address griffin wg0 = 10.9.0.3/24
       address anubis wg0 = 10.9.0.3/24
       address kestrel wg0 = 10.9.0.4/24`,
      'address-twice error griffin hosts/griffin.nix:1 10.9.0.3 is on anubis (wg0, hosts/anubis.nix:2) and griffin (wg0, hosts/griffin.nix:1)',
    ],
  ])('%s', (_name, table, finding) => {
    expect(said(table)).toEqual([finding]);
  });

  test.each([
    [
      'the same address twice on one interface',
      `address griffin lan = 10.0.20.11/24
       address griffin lan = 10.0.20.11/24`,
    ],
    [
      'loopback, link-local and unspecified addresses',
      `address griffin lan = 127.0.0.2/8
       address anubis lan = 127.0.0.2/8
       address griffin lan = fe80::1/64
       address anubis lan = fe80::1/64
       address griffin lan = 0.0.0.0/0
       address anubis lan = 0.0.0.0/0`,
    ],
    [
      'one line of a shared module',
      `address griffin lan = 10.0.20.53/24 @ modules/resolver.nix:4
       address anubis lan = 10.0.20.53/24 @ modules/resolver.nix:4
       address kestrel lan = 10.0.20.54/24`,
    ],
    [
      'an address that moves between machines',
      `address griffin keepalived VI_1 = 10.0.20.5/24
       address anubis keepalived VI_1 = 10.0.20.5/24
       address kestrel lan = 10.0.20.54/24`,
    ],
    [
      'an address announced from many places',
      `address griffin lo = 203.0.113.53/32
       address anubis dummy0 = 203.0.113.53/32`,
    ],
    [
      'first addresses of two hosts’ own networks for guests',
      `address griffin virbr0 = 192.168.122.1/24
       address anubis virbr0 = 192.168.122.1/24
       address griffin docker0 = 172.17.0.9/16
       address anubis docker0 = 172.17.0.9/16`,
    ],
    [
      'routers of two homes',
      `address home br-lan = 192.168.1.1/24
       address parents lan = 192.168.1.1/24`,
    ],
    [
      'guests of two hosts behind their own hosts',
      `address griffin/web eth0 = 10.233.1.2
       address anubis/db eth0 = 10.233.1.2
       address griffin ve-web = 10.233.1.1
       address anubis ve-db = 10.233.1.1`,
    ],
    [
      'host sides of several containers of one host',
      `address griffin ve-web = 192.168.100.10
       address griffin ve-db = 192.168.100.10`,
    ],
    [
      'a guest that is a host of its own',
      `address griffin/web eth0 = 10.0.20.30/24
       address web eth0 = 10.0.20.30/24
       address griffin lan = 10.0.20.11/24`,
    ],
    [
      'a machine and its installer image',
      `address griffin lan = 10.0.20.11/24
       address griffin-installer eth0 = 10.0.20.11/24
       address anubis lan = 10.0.20.12/24`,
    ],
    [
      'two configurations of one host name',
      `host-name griffin hostName = griffin
       host-name griffin-next hostName = griffin
       address griffin lan = 10.0.20.11/24
       address griffin-next eth0 = 10.0.20.11/24
       address anubis lan = 10.0.20.12/24`,
    ],
    [
      'an interface that a host gives to its container',
      `address griffin wg-transit = fd00:2::2/64
       address griffin/bgp wg-transit = fd00:2::2/64`,
    ],
    [
      'a routed address on two interfaces of one host',
      `address griffin eth0 = 203.0.113.7/32
       address griffin br0 = 203.0.113.7/32`,
    ],
    [
      'the end of a tunnel that a provider gives to each alike',
      `address a tun = 10.2.0.2/32
       address b tun = 10.2.0.2/32
       address c tun = 10.2.0.2/32`,
    ],
    ['what is no address', 'address griffin lan = dhcp\n address anubis lan = dhcp'],
  ])('is silent about %s', (_name, table) => {
    expect(said(table)).toEqual([]);
  });
});

describe('one port twice', () => {
  test.each([
    [
      'two services of a host',
      examples['port-twice'] ?? '',
      'port-twice error griffin hosts/griffin.nix:2 forgejo (hosts/griffin.nix:2) and grafana (hosts/griffin.nix:1) both listen on 3000/tcp of griffin',
    ],
    [
      'one on every address and one on loopback',
      `service-port griffin grafana = 127.0.0.1:3000/tcp
       service-port griffin forgejo = 3000/tcp`,
      'port-twice error griffin hosts/griffin.nix:2 forgejo (hosts/griffin.nix:2) and grafana (hosts/griffin.nix:1) both listen on 3000/tcp of griffin',
    ],
    [
      'two services of one guest',
      `service-port griffin/web grafana = 3000/tcp
       service-port griffin/web forgejo = 3000/tcp`,
      'port-twice error griffin hosts/griffin.nix:2 forgejo (hosts/griffin.nix:2) and grafana (hosts/griffin.nix:1) both listen on 3000/tcp of the guest web on griffin',
    ],
    [
      'a port that nobody wrote down',
      `service griffin grafana = enabled @ modules/grafana.nix:4
       service-port griffin grafana = 3000/tcp @ modules/grafana.nix:4
       service-port griffin forgejo = 3000/tcp @ modules/forge.nix:9`,
      'port-twice warning griffin modules/grafana.nix:4 grafana (modules/grafana.nix:4, by default) and forgejo (modules/forge.nix:9) both listen on 3000/tcp of griffin',
    ],
    [
      'two reverse proxies at the front door',
      `service-port griffin traefik = 443/tcp
       service-port griffin nginx = 443/tcp`,
      'port-twice error griffin hosts/griffin.nix:2 nginx (hosts/griffin.nix:2) and traefik (hosts/griffin.nix:1) both listen on 443/tcp of griffin',
    ],
    [
      'a range that takes in another service’s port',
      `service-port griffin coturn = 49000-50000/udp
       service-port griffin wireguard wg0 = 49152/udp`,
      'port-twice error griffin hosts/griffin.nix:2 wireguard wg0 (hosts/griffin.nix:2) and coturn (hosts/griffin.nix:1) both listen on 49152/udp of griffin',
    ],
  ])('%s', (_name, table, finding) => {
    expect(said(table)).toEqual([finding]);
  });

  test.each([
    ['different protocols', 'service-port griffin nsd = 53/tcp\n service-port griffin dnsmasq = 53/udp'],
    [
      'different addresses',
      'service-port griffin nsd = 10.0.20.11:53/udp\n service-port griffin unbound = 127.0.0.1:53/udp',
    ],
    ['different hosts', 'service-port griffin nsd = 53/udp\n service-port anubis nsd = 53/udp'],
    ['a host and its guest', 'service-port griffin grafana = 3000/tcp\n service-port griffin/web forgejo = 3000/tcp'],
    ['one nginx with two vhosts', 'service-port griffin nginx = 443/tcp\n service-port griffin nginx = 443/tcp'],
    ['a socket and its service', 'service-port griffin cups = 631/tcp\n service-port griffin cups-socket = 631/tcp'],
    [
      'what a proxy hands on to',
      'service-port griffin grafana = 127.0.0.1:3000/tcp\n service-port griffin caddy = 3000/tcp',
    ],
    [
      'what a mesh’s firewall lets through',
      'service-port griffin openssh = 22/tcp\n service-port griffin nebula.networks.mesh = 22/tcp',
    ],
    [
      'a proxy that a vhost may have moved, at its usual port',
      `service griffin nginx = enabled @ hosts/griffin.nix:7
       service-port griffin nginx = 80/tcp @ hosts/griffin.nix:7
       service-port griffin traefik = 80/tcp`,
    ],
    [
      'a forge that says the port of the machine’s own ssh',
      'service-port griffin openssh = 2222/tcp\n service-port griffin forgejo = 2222/tcp',
    ],
    [
      'a service whose settings name the ports of many others',
      `service-port griffin grafana = 3000/tcp
       service-port griffin hub = 3000/tcp
       service-port griffin hub = 9090/tcp
       service-port griffin hub = 8080/tcp
       service-port griffin hub = 8081/tcp`,
    ],
    ['what is no port', 'service-port griffin a = openFirewall\n service-port griffin b = openFirewall'],
  ])('is silent about %s', (_name, table) => {
    expect(said(table)).toEqual([]);
  });
});

describe('a DNS name to an address nobody has', () => {
  const fleet = `
    host-name griffin hostName = griffin
    address griffin lan = 10.0.20.11/24
    address anubis lan = 10.0.20.14/24
    dns-name - griffin.fleet.lan = 10.0.20.11 @ z:1
    dns-name - anubis.fleet.lan = 10.0.20.14 @ z:2`;

  test.each([
    [
      'a host’s own name',
      fleet.replace('= 10.0.20.11 @', '= 10.0.20.12 @'),
      'name-without-address warning - z:1 griffin.fleet.lan points to 10.0.20.12, which nothing in the repository has; griffin has 10.0.20.11 (hosts/griffin.nix:2)',
    ],
    [
      'any other name, as a note',
      `${fleet}\ndns-name - wiki.fleet.lan = 10.0.20.77 @ z:3`,
      'name-without-address note - z:3 wiki.fleet.lan points to 10.0.20.77, which nothing in the repository has',
    ],
  ])('%s', (_name, table, finding) => {
    expect(said(table)).toEqual([finding]);
  });

  test.each([
    ['addresses that somebody has', fleet],
    ['aliases', `${fleet}\ndns-name - wiki.fleet.lan = griffin.fleet.lan @ z:3`],
    ['public addresses of others', `${fleet}\ndns-name - www.example.org = 198.51.100.9 @ z:3`],
    ['private addresses of networks that no host is in', `${fleet}\ndns-name - office.fleet.lan = 192.168.9.9 @ z:3`],
    [
      'the neighbours in a provider’s network',
      'address griffin wan = 203.0.113.7/24\ndns-name - a.example.org = 203.0.113.9',
    ],
    ['a router', `${fleet}\ndns-name - gw.fleet.lan = 10.0.20.1 @ z:3`],
    [
      'the address of a guest',
      `${fleet}\naddress griffin/web eth0 = 10.0.20.30\ndns-name - web.fleet.lan = 10.0.20.30 @ z:3`,
    ],
    [
      'a network that is mostly other people’s things',
      `address griffin lan = 192.168.1.5/24
       dns-name - griffin.home = 192.168.1.5
       dns-name - printer.home = 192.168.1.40
       dns-name - camera.home = 192.168.1.41
       dns-name - tv.home = 192.168.1.42`,
    ],
    [
      'a fleet whose addresses come by DHCP',
      'host-name griffin hostName = griffin\ndns-name - griffin.home = 192.168.1.5',
    ],
    [
      'a printer that the reverse zone knows too',
      `${fleet}\ndns-name - printer.fleet.lan = 10.0.20.40 @ z:3\nreverse-name - 40.20.0.10.in-addr.arpa = printer.fleet.lan`,
    ],
    ['loopback', `${fleet}\ndns-name - localhost.fleet.lan = 127.0.0.1 @ z:3`],
  ])('is silent about %s', (_name, table) => {
    expect(said(table)).toEqual([]);
  });
});

describe('a VLAN id that disagrees', () => {
  test('is told with what the others have', () => {
    expect(said(examples['vlan-disagrees'] ?? '')).toEqual([
      'vlan-disagrees warning blackjack hosts/blackjack.nix:3 lan of blackjack has 10.0.20.13/24 on VLAN 30; that subnet is VLAN 20 on anubis (hosts/anubis.nix:2) and griffin (hosts/griffin.nix:1)',
    ]);
  });
  test.each([
    ['hosts that agree', (examples['vlan-disagrees'] ?? '').replace('= 30', '= 20')],
    ['a host that is untagged', (examples['vlan-disagrees'] ?? '').replace('vlan blackjack lan = 30', '')],
    ['another subnet', (examples['vlan-disagrees'] ?? '').replace('10.0.20.13', '10.0.30.13')],
    [
      'a machine that joins two VLANs',
      `vlan a x = 10\nvlan a y = 20\naddress a x = 10.0.0.2/24\naddress a y = 10.0.0.3/24`,
    ],
    ['what is no VLAN', (examples['vlan-disagrees'] ?? '').replace('= 30', '= 4095')],
  ])('is not told of %s', (_name, table) => {
    expect(said(table)).toEqual([]);
  });
});

describe('a firewall port that no service uses', () => {
  const host = examples['unused-port'] ?? '';

  test('is told where all others are known', () => {
    expect(said(host)).toEqual([
      'unused-port note griffin hosts/griffin.nix:4 the firewall of griffin lets 8080/tcp through, and no service of it is known to listen there',
    ]);
  });
  test.each([
    ['a service listens there', `${host}\nservice-port griffin gatus = 8080/tcp`],
    ['a guest brings it', `${host}\nservice-port griffin/web gatus = 8080/tcp`],
    ['little is known of the host', host.replace(/.*service-port.*(grafana|openssh).*/g, '')],
    ['a service of the same file has ports that are not known', `${host}\nservice griffin unifi = enabled`],
    [
      'one line opens it on several hosts',
      `${host.replace('8080/tcp', '8080/tcp @ common.nix:3')}\nopen-port anubis firewall = 8080/tcp @ common.nix:3`,
    ],
    ['it is the front door of vhosts', `${host.replace('8080', '443')}\nvhost griffin a.fleet.lan = -`],
    ['it is a range', host.replace('8080/tcp', '8000-8100/tcp')],
    ['a container engine publishes what it likes', `${host}\nservice griffin docker = enabled @ x.nix:1`],
  ])('is not told where %s', (_name, table) => {
    expect(said(table)).toEqual([]);
  });
});

describe('what siblings have', () => {
  const vhosts = ['a', 'b', 'c', 'd']
    .map((name, at) => `vhost griffin ${name}.fleet.lan = http://127.0.0.1:${at + 1}`)
    .join('\n');

  test('the one vhost without a name is told with those that have one', () => {
    expect(said(examples['missing-name'] ?? '')).toEqual([
      "missing-name warning griffin hosts/griffin.nix:4 the vhost d.fleet.lan on griffin has no DNS name in the repository's zones; a.fleet.lan, b.fleet.lan and c.fleet.lan have",
    ]);
  });
  test('the one service that nothing watches is told, also where monitors go to aliases and ports', () => {
    expect(
      said(`
        address griffin lan = 10.0.20.11/24
        dns-name - graphs.fleet.lan = griffin.fleet.lan
        dns-name - griffin.fleet.lan = 10.0.20.11
        service-port griffin grafana = 3000/tcp
        service-port griffin mosquitto = 1883/tcp
        service-port griffin wiki-js = 3080/tcp
        service-port griffin microbin = 8090/tcp
        open-port griffin firewall = 3000/tcp
        open-port griffin firewall = 1883/tcp
        open-port griffin firewall = 3080/tcp
        open-port griffin firewall = 8090/tcp
        monitor anubis graphs = http://graphs.fleet.lan:3000/api/health
        monitor anubis mqtt = tcp://10.0.20.11:1883
        monitor anubis wiki = http://griffin.mgmt.fleet.lan:3080/`),
    ).toEqual([
      'missing-monitor note griffin hosts/griffin.nix:7 nothing watches microbin on griffin; grafana, mosquitto and wiki-js have a monitor',
    ]);
  });
  test('the one service without a link is told', () => {
    expect(said(examples['missing-link'] ?? '')).toEqual([
      'missing-link note griffin hosts/griffin.nix:4 the dashboard has no link to d.fleet.lan on griffin; it has links to a.fleet.lan, b.fleet.lan and c.fleet.lan',
    ]);
  });
  test.each([
    ['a wildcard answers for it', `${vhosts}\ndns-name - *.fleet.lan = 10.0.20.11`],
    ['only two of its siblings have one', `${vhosts}\ndns-name - a.fleet.lan = x\ndns-name - b.fleet.lan = x`],
    ['the zone is kept elsewhere', vhosts],
    [
      'its domain is another one',
      `${vhosts.replace('d.fleet.lan', 'd.example.org')}\n${['a', 'b', 'c'].map((name) => `dns-name - ${name}.fleet.lan = x`).join('\n')}`,
    ],
    ['a monitor bears its name', `${examples['missing-monitor'] ?? ''}\nmonitor anubis d.fleet.lan = tcp://10.9.9.9:1`],
    [
      'it is an agent that every host runs',
      `${(examples['missing-monitor'] ?? '').replace(/.*d\.fleet\.lan.*/, '')}
       ${['griffin', 'anubis', 'kestrel'].map((host) => `service-port ${host} beszel = 4/tcp\nopen-port ${host} firewall = 4/tcp`).join('\n')}`,
    ],
    [
      'nobody outside reaches it',
      `${(examples['missing-monitor'] ?? '').replace(/.*d\.fleet\.lan.*/, '')}\nservice-port griffin hidden = 127.0.0.1:4/tcp\nopen-port griffin firewall = 4/tcp`,
    ],
    ['the fleet has no monitors', `${vhosts}\nscrape-target griffin a = a.fleet.lan:80`],
  ])('nothing is told where %s', (_name, table) => {
    expect(said(table)).toEqual([]);
  });
});
