/**
 * The change that the scripted conversation makes for "Set up a Consul cluster across griffin, wolfhound and
 * blackjack", in the order in which it makes it. Replaced texts stand exactly once in `examples/fleet`; records carry
 * no serial, because code computes that.
 */
export type StoryEdit =
  | { readonly kind: 'create'; readonly path: string; readonly content: string }
  | { readonly kind: 'replace'; readonly path: string; readonly oldText: string; readonly newText: string }
  | {
      readonly kind: 'record';
      readonly zone: string;
      readonly name: string;
      readonly type: 'A' | 'CNAME';
      readonly data: string;
    };

export const consulAsk = 'Set up a Consul cluster across griffin, wolfhound and blackjack';

export const consulHosts = ['griffin', 'wolfhound', 'blackjack'] as const;

const consulModule = `# Consul for service discovery, three servers so that one may be away.
{ config, ... }:

{
  services.consul = {
    enable = true;
    webUi = true;
    extraConfig = {
      server = true;
      bootstrap_expect = 3;
      datacenter = "home";
      # The machines are in VLAN 10 as well; only the services VLAN is for Consul.
      bind_addr = config.fleet.address;
      client_addr = "\${config.fleet.address} 127.0.0.1";
      retry_join = [
        "10.0.20.11"
        "10.0.20.12"
        "10.0.20.13"
      ];
    };
  };

  # 8300 server, 8301 gossip, 8500 HTTP and UI, 8600 DNS
  networking.firewall.allowedTCPPorts = [ 8300 8301 8500 8600 ];
  networking.firewall.allowedUDPPorts = [ 8301 8600 ];
}
`;

/** Puts the module behind the last import that the host has today. */
function importAfter(host: string, last: string): StoryEdit {
  return {
    kind: 'replace',
    path: `hosts/${host}/default.nix`,
    oldText: `    ../../modules/${last}.nix\n  ];`,
    newText: `    ../../modules/${last}.nix\n    ../../modules/consul.nix\n  ];`,
  };
}

export const consulEdits: readonly StoryEdit[] = [
  { kind: 'create', path: 'modules/consul.nix', content: consulModule },
  importAfter('griffin', 'grafana'),
  importAfter('wolfhound', 'monitors'),
  importAfter('blackjack', 'wiki'),
  { kind: 'record', zone: 'fleet.lan', name: 'consul', type: 'A', data: '10.0.20.11' },
  { kind: 'record', zone: 'fleet.lan', name: 'consul', type: 'A', data: '10.0.20.12' },
  { kind: 'record', zone: 'fleet.lan', name: 'consul', type: 'A', data: '10.0.20.13' },
  {
    kind: 'replace',
    path: 'modules/dashboard.nix',
    oldText: `    { name = "Wiki"; `,
    newText: `    { name = "Consul"; href = "http://consul.fleet.lan:8500"; description = "Who serves what"; }\n    { name = "Wiki"; `,
  },
  {
    kind: 'replace',
    path: 'modules/monitors.nix',
    oldText: `        (http "wiki" `,
    newText: `        (http "consul" "http://consul.fleet.lan:8500/v1/status/leader")\n        (http "wiki" `,
  },
];

/** The text with the replacement made. Null where the old text does not stand there exactly once. */
export function replacedOnce(text: string, oldText: string, newText: string): string | null {
  const at = text.indexOf(oldText);
  if (at === -1 || text.indexOf(oldText, at + 1) !== -1) return null;
  return text.slice(0, at) + newText + text.slice(at + oldText.length);
}
