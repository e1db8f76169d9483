import { expect, test } from 'vitest';
import { factsIn, said, twoHosts } from '../facts-of.ts';

/** What a module says of the host that it makes, by kind. */
const claims: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'addresses of an interface',
    'networking.interfaces.eth0.ipv4.addresses = [ { address = "10.0.0.1"; prefixLength = 24; } ];',
    ['address a eth0 10.0.0.1/24'],
  ],
  [
    'an address of IPv6',
    'networking.interfaces.eth0.ipv6.addresses = [ { address = "fd42::1"; prefixLength = 64; } ];',
    ['address a eth0 fd42::1/64'],
  ],
  [
    'networkd, by the interface that the unit matches',
    'systemd.network.networks."10-lan" = { matchConfig.Name = "lan0"; address = [ "10.0.0.1/24" ]; addresses = [ { Address = "10.0.0.2/24"; } { addressConfig.Address = "10.0.0.3/24"; } ]; networkConfig.Address = "10.0.0.4/24"; };',
    [
      'address a lan0 10.0.0.1/24',
      'address a lan0 10.0.0.4/24',
      'address a lan0 10.0.0.2/24',
      'address a lan0 10.0.0.3/24',
    ],
  ],
  [
    'both ends of a container',
    'containers.web = { hostAddress = "10.9.0.1"; localAddress = "10.9.0.2"; };',
    ['address a/web eth0 10.9.0.2', 'address a ve-web 10.9.0.1', 'container a web nixos'],
  ],
  [
    'WireGuard',
    'networking.wireguard.interfaces.wg0 = { ips = [ "10.8.0.1/24" ]; listenPort = 51820; peers = [ { allowedIPs = [ "10.8.0.2/32" ]; } ]; };',
    ['address a wg0 10.8.0.1/24', 'prefix a wg0 10.8.0.2/32', 'service-port a wireguard wg0 51820/udp'],
  ],
  [
    'VLANs of both kinds',
    'networking.vlans.iot = { id = 30; interface = "e"; }; systemd.network.netdevs.x = { netdevConfig = { Name = "e.40"; Kind = "vlan"; }; vlanConfig.Id = 40; };',
    ['vlan a iot 30', 'vlan a e.40 40'],
  ],
  [
    'ports of the firewall, of one interface, and ranges',
    'networking.firewall = { allowedUDPPorts = [ 53 ]; allowedTCPPortRanges = [ { from = 1; to = 9; } ]; interfaces.wg0.allowedTCPPorts = [ 22 ]; };',
    ['open-port a firewall 1-9/tcp', 'open-port a firewall 53/udp', 'open-port a wg0 22/tcp'],
  ],
  [
    'a service that opens its own ports',
    'services.jellyfin = { enable = true; openFirewall = true; };',
    ['service a jellyfin enabled', 'service-port a jellyfin 8096/tcp', 'open-port a jellyfin openFirewall'],
  ],
  [
    'a port beside an address',
    'services.grafana = { enable = true; settings.server = { http_addr = "127.0.0.1"; http_port = 3001; }; };',
    ['service a grafana enabled', 'service-port a grafana 127.0.0.1:3001/tcp'],
  ],
  [
    'the port that NixOS gives where none is set',
    'services.grafana.enable = true;',
    ['service a grafana enabled', 'service-port a grafana 127.0.0.1:3000/tcp'],
  ],
  [
    'no port where it is set and cannot be read',
    'services.grafana = { enable = true; settings.server.http_port = pkgs.port; }; services.gitea = { enable = true; port = pkgs.port; };',
    ['service a grafana enabled', 'service a gitea enabled'],
  ],
  [
    'a listening text',
    'services.foo = { enable = true; listenAddress = "[::1]:81"; };',
    ['service a foo enabled', 'service-port a foo [::1]:81/tcp'],
  ],
  [
    'never a port of somebody else',
    'services.foo = { enable = true; database.port = 5432; settings.smtp.port = 25; settings.externalPort = 443; };',
    ['service a foo enabled'],
  ],
  ['never a port of what is off', 'services.foo = { enable = false; port = 80; };', []],
  [
    'exporters as services of their own',
    'services.prometheus = { enable = true; exporters.node = { enable = true; port = 9101; }; };',
    [
      'service a prometheus enabled',
      'service a prometheus.exporters.node enabled',
      'service-port a prometheus 9090/tcp',
      'service-port a prometheus.exporters.node 9101/tcp',
    ],
  ],
  [
    'ports that a container brings to its host',
    'virtualisation.oci-containers.containers.pihole = { image = "pihole/pihole:1"; ports = [ "53:53/udp" "127.0.0.1:8080:80" ]; };',
    ['container a pihole pihole/pihole:1', 'service-port a pihole 53/udp', 'service-port a pihole 127.0.0.1:8080/tcp'],
  ],
  [
    'services within a container',
    'containers.forge.config = { ... }: { services.forgejo = { enable = true; settings.server.HTTP_PORT = 3300; }; };',
    ['container a forge nixos', 'service a/forge forgejo enabled', 'service-port a/forge forgejo 3300/tcp'],
  ],
  [
    'hosts of nginx',
    'services.nginx = { enable = true; virtualHosts."w.example.org" = { forceSSL = true; serverAliases = [ "v.example.org" ]; locations."/".proxyPass = "http://127.0.0.1:1"; }; };',
    [
      'service a nginx enabled',
      'service-port a nginx 80/tcp',
      'service-port a nginx 443/tcp',
      'vhost a w.example.org http://127.0.0.1:1',
      'vhost a v.example.org http://127.0.0.1:1',
    ],
  ],
  [
    'hosts of Caddy',
    'services.caddy.virtualHosts."w.example.org".extraConfig = "reverse_proxy localhost:8080";',
    ['vhost a w.example.org localhost:8080'],
  ],
  [
    'routers of Traefik',
    'services.traefik.dynamicConfigOptions.http = { routers.w = { rule = "Host(`w.example.org`)"; service = "s"; }; services.s.loadBalancer.servers = [ { url = "http://10.0.0.1:80"; } ]; };',
    ['vhost a w.example.org http://10.0.0.1:80'],
  ],
  [
    'gatus',
    'services.gatus.settings.endpoints = [ { name = "web"; url = "https://w.example.org"; } ];',
    ['monitor a web https://w.example.org'],
  ],
  [
    'probes and scrapes of Prometheus',
    'services.prometheus.scrapeConfigs = [ { job_name = "n"; static_configs = [ { targets = [ "b:9100" ]; } ]; } { job_name = "p"; metrics_path = "/probe"; static_configs = [ { targets = [ "https://w" ]; } ]; } ];',
    ['monitor a p https://w', 'scrape-target a n b:9100'],
  ],
  [
    'links of homepage',
    'services.homepage-dashboard.services = [ { Web = [ { Wiki = { href = "http://wiki"; }; } ]; } ];',
    ['dashboard-link a Wiki http://wiki'],
  ],
  [
    'links of glance',
    'services.glance.settings.pages = [ { columns = [ { widgets = [ { type = "monitor"; sites = [ { title = "Wiki"; url = "http://wiki"; } ]; } ]; } ]; } ];',
    ['dashboard-link a Wiki http://wiki'],
  ],
  [
    'users and their keys',
    'users.users.ann = { isNormalUser = true; openssh.authorizedKeys.keys = [ "ssh-ed25519 AAAA ann" ]; };',
    ['user a ann normal', 'key a ann ssh-ed25519 AAAA ann'],
  ],
  [
    'names of secrets, never their values',
    'sops.secrets."db/password" = { sopsFile = ./s.yaml; }; age.secrets.token.file = ./t.age;',
    ['secret a db/password sops', 'secret a token age'],
  ],
  ['programs are no services', 'programs.zsh.enable = true;', []],
];

test.each(claims)('%s', async (_claim, module, expected) => {
  const { facts } = await factsIn(twoHosts(`{ pkgs, ... }: { ${module} }`));
  const told = facts.filter(({ kind }) => kind !== 'interface').map((fact) => said(fact).replace(/ \S+:\d+$/, ''));
  expect(told).toEqual(expected);
});

test('a fact stands where it is written, also in a file of data', async () => {
  const { facts } = await factsIn(
    twoHosts(
      '{ config, ... }:\n{\n  networking.hostName = "a";\n  networking.interfaces.eth0.ipv4.addresses = [ { address = (import ./ips.nix).a; prefixLength = 24; } ];\n}',
      '{ }',
      {
        'ips.nix': '{\n  b = "10.0.0.2";\n  a = "10.0.0.1";\n}\n',
      },
    ),
  );
  expect(facts.filter(({ kind }) => kind !== 'interface').map(said)).toEqual([
    'host-name a hostName a a.nix:3',
    'address a eth0 10.0.0.1/24 ips.nix:3',
  ]);
});

test('names of zones lead to addresses', async () => {
  const zone = '$ORIGIN x.org.\n@ IN SOA ns1 h 1 2 3 4 5\nw IN A 10.0.0.1\nalias IN CNAME w\n';
  const { facts } = await factsIn({ ...twoHosts('{ }'), 'x.zone': zone }, [{ zone: 'x.org', file: 'x.zone' }]);
  expect(facts.map(said)).toEqual(['dns-name - w.x.org 10.0.0.1 x.zone:3', 'dns-name - alias.x.org w.x.org x.zone:4']);
});
