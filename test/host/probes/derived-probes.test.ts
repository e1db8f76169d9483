import { describe, expect, it } from 'vitest';
import { probesShape } from '../../../src/config/fleet-config.ts';
import { derivedName } from '../../../src/core/derived-probe.ts';
import type { Fact, FactKind } from '../../../src/fleet/fact.ts';
import { readFacts } from '../../../src/fleet/read-facts.ts';
import { derivedProbes } from '../../../src/host/probes/derived-probes.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { treeOf } from '../../fakes/tree.ts';

/** What is asked of `web` when its configuration becomes this; `{ }` before where nothing else is said. */
async function asked(after: string, { before = '{ }', probes = {} }: { before?: string; probes?: object } = {}) {
  const [old, fresh] = await Promise.all([before, after].map(factsOf));
  return derivedProbes(old ?? [], fresh ?? [], { attribute: 'web', probes: probesShape.parse(probes) });
}

async function factsOf(configuration: string): Promise<readonly Fact[]> {
  const tree = treeOf({
    'flake.nix':
      '{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }; }',
    'web.nix': configuration,
  });
  return (await readFacts(await readFleet(tree), tree, [])).facts;
}

const named = async (...all: Parameters<typeof asked>) => (await asked(...all)).map(derivedName);

const grafana =
  'services.grafana = { enable = true; settings.server = { http_addr = "0.0.0.0"; http_port = 3000; }; };';
const opened = 'networking.firewall.allowedTCPPorts = [ 3000 ];';

describe('What a change suggests to ask', () => {
  it.each<[string, string, string[]]>([
    ['a service', '{ services.grafana.enable = true; }', ['grafana.service']],
    ['a service under a name of its own', '{ services.tailscale.enable = true; }', ['tailscaled.service']],
    ['an exporter', '{ services.prometheus.exporters.node.enable = true; }', ['prometheus-node-exporter.service']],
    ['a service of several units', '{ services.samba.enable = true; }', ['samba-smbd.service', 'samba-nmbd.service']],
    ['a service and the port that is opened for it', `{ ${grafana} ${opened} }`, ['grafana.service', 'tcp/3000']],
    ['a port that nobody is known to listen on', `{ ${opened} }`, []],
    [
      'a port of a range',
      `{ ${grafana} networking.firewall.allowedTCPPortRanges = [ { from = 2990; to = 3010; } ]; }`,
      ['grafana.service', 'tcp/3000'],
    ],
    [
      'a port of the other protocol',
      `{ ${grafana} networking.firewall.allowedUDPPorts = [ 3000 ]; }`,
      ['grafana.service'],
    ],
    ['a port that only the host itself reaches', `{ services.grafana.enable = true; ${opened} }`, ['grafana.service']],
    [
      'a service that opens its ports by itself',
      '{ services.jellyfin = { enable = true; openFirewall = true; }; }',
      ['jellyfin.service', 'tcp/8096'],
    ],
    [
      'a service that opens some of its ports, and does not say which',
      '{ services.tor = { enable = true; openFirewall = true; settings = { ORPort = 9001; ControlPort = 9051; }; }; }',
      ['tor.service'],
    ],
    [
      'a port of UDP',
      '{ networking.wireguard.interfaces.wg0.listenPort = 51820; networking.firewall.allowedUDPPorts = [ 51820 ]; }',
      ['udp/51820'],
    ],
    [
      'names of a web server, over its secure port',
      '{ services.nginx = { enable = true; virtualHosts."wiki.example.org" = { forceSSL = true; locations."/".proxyPass = "http://127.0.0.1:8080"; }; virtualHosts."*.example.org" = { }; virtualHosts."10.0.0.1" = { }; }; }',
      ['nginx.service', 'wiki.example.org'],
    ],
    ['names of a web server that is off', '{ services.nginx.virtualHosts."wiki.example.org" = { }; }', []],
    ['a container', '{ containers.db.config = { services.postgresql.enable = true; }; }', ['container@db.service']],
    ['nothing', '{ time.timeZone = "UTC"; }', []],
  ])('is, for %s: %s', async (_what, after, names) => expect(await named(after)).toEqual(names));

  it('is nothing that was so before', async () => {
    const all = `{ ${grafana} ${opened} containers.db.config = { }; }`;
    expect(await named(all, { before: all })).toEqual([]);
    expect(await named('{ }', { before: all })).toEqual([]);
  });

  it('is a port whose service was there before, which is then asked before the deploy too', async () => {
    expect(await asked(`{ ${grafana} ${opened} }`, { before: `{ ${grafana} }` })).toEqual([
      { kind: 'port', port: 3000, protocol: 'tcp', address: null, for: 'grafana', own: true, existed: true },
    ]);
  });

  it('is a port whose service is new behind a firewall that was open already', async () => {
    expect(await asked(`{ ${grafana} ${opened} }`, { before: `{ ${opened} }` })).toContainEqual({
      kind: 'port',
      port: 3000,
      protocol: 'tcp',
      address: null,
      for: 'grafana',
      own: true,
      existed: false,
    });
  });

  it('asks an address that the service binds to, and no answer of the host itself where it only passes a port on', async () => {
    const bound = grafana.replace('0.0.0.0', '10.0.0.5');
    expect(await asked(`{ ${bound} ${opened} }`)).toContainEqual(expect.objectContaining({ address: '10.0.0.5' }));
    const passed =
      '{ containers.db = { config = { }; forwardPorts = [ { hostPort = 5432; } ]; }; networking.firewall.allowedTCPPorts = [ 5432 ]; }';
    expect(await asked(passed)).toContainEqual(expect.objectContaining({ port: 5432, own: false }));
  });

  it.each<[string, object, string[]]>([
    ['off', { derived: false }, []],
    ['told only', { derived: 'warn' }, ['grafana.service', 'tcp/3000']],
    ['without one of them', { without: ['tcp/3000'] }, ['grafana.service']],
    ['declared by its owner', { units: ['grafana'], tcp: [{ port: 3000 }] }, []],
    ['declared of another address', { tcp: [{ port: 3000, address: '10.0.0.9' }] }, ['grafana.service', 'tcp/3000']],
  ])('can be %s', async (_how, probes, names) => {
    expect(await named(`{ ${grafana} ${opened} }`, { probes })).toEqual(names);
  });

  it('is about the host alone, however many others change, and stays bounded', () => {
    const fact = (kind: FactKind, name: string, value: string, host = 'web'): Fact => ({
      kind,
      host,
      name,
      value,
      file: 'a.nix',
      line: 1,
    });
    const probes = probesShape.parse({});
    const others = [fact('service', 'grafana', 'enabled', 'other')];
    expect(derivedProbes([], others, { attribute: 'web', probes })).toEqual([]);
    const many = Array.from({ length: 100 }, (_, index) => fact('service', `s${index}`, 'enabled'));
    expect(derivedProbes([], many, { attribute: 'web', probes })).toHaveLength(12);
  });
});
