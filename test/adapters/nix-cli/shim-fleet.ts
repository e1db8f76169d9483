/**
 * A fleet that Nix evaluates without nixpkgs: its own small shim makes one derivation of what each machine's modules
 * come to. `repo` keeps a copy of the whole repository, as `environment.etc.nixos.source = self` does.
 */
export function shimFleet(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    'flake.nix': `{
  outputs = { self }: {
    nixosConfigurations = builtins.mapAttrs (name: modules: import ./shim.nix { inherit self name modules; }) {
      web = [ ./common.nix ./machines/web.nix ];
      db = [ ./common.nix ./machines/db.nix ];
      repo = [ ./machines/repo.nix ];
    };
  };
}
`,
    'shim.nix': `{ self, name, modules }:
let
  read = module: let it = import module; in if builtins.isFunction it then it { inherit self name; } else it;
  etc = derivation {
    name = "etc-\${name}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    lines = map (module: builtins.toJSON (read module)) modules;
  };
in
{
  config.system.build.toplevel = derivation {
    name = "nixos-system-\${name}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    inherit etc;
    configurationRevision = self.rev or "none";
    lastModified = toString self.lastModified;
  };
}
`,
    'common.nix': '{ ssh = true; }\n',
    'machines/web.nix': '{ zone = builtins.readFile ../zones/lan.zone; page = ../pages/index.html; }\n',
    'machines/db.nix': '{ postgres = 17; }\n',
    'machines/repo.nix': `{ self, ... }: {
  etc.nixos = "\${self}";
  registry = builtins.toFile "registry.json" (builtins.unsafeDiscardStringContext "\${self.outPath} \${self.narHash}");
  banner = "\${self}/pages/banner";
}
`,
    'zones/lan.zone': 'a A 10.0.0.1\n',
    'pages/index.html': '<p>Welcome</p>\n',
    'pages/banner': 'be nice\n',
    'README.md': 'A fleet\n',
    ...more,
  };
}
