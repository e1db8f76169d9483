import type { Tree, TreeEntry } from '../src/core/tree.ts';
import { affectedBy } from '../src/nix/graph/affected.ts';
import { readFacts } from '../src/fleet/read-facts.ts';
import { readFleet } from '../src/nix/hosts/find-hosts.ts';
import { type Bench, median, rounded } from './bench.ts';
import { evaluateOneHostMs } from './nix-instantiate.ts';

const hosts = 60;
const modules = 480;

/** A fleet of 60 hosts and 600 files: a file or two of each host's own, modules that import each other, shared ones. */
function fleet(): Map<string, string> {
  const files = new Map<string, string>();
  const names = Array.from({ length: hosts }, (_, at) => `host${at}`);
  files.set(
    'flake.nix',
    `{ outputs = { self, nixpkgs, ... }@inputs: { nixosConfigurations = nixpkgs.lib.genAttrs [ ${names.map((name) => `"${name}"`).join(' ')} ] (name: nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs name; }; modules = [ ./hosts/\${name} ./common.nix ]; }); }; }`,
  );
  files.set(
    'common.nix',
    '{ lib, config, ... }: { imports = [ ./modules/m0.nix ./modules/m1.nix ]; time.timeZone = "UTC"; }',
  );
  for (const [at, name] of names.entries()) {
    const own = Array.from({ length: 8 }, (_, each) => `../../modules/m${(at * 8 + each) % modules}.nix`);
    files.set(
      `hosts/${name}/default.nix`,
      `{ pkgs, ... }: { imports = [ ./hardware.nix ${own.join(' ')} ]; networking.hostName = "${name}"; networking.interfaces.eth0.ipv4.addresses = [ { address = "10.0.0.${at}"; prefixLength = 24; } ]; s${at * 8}.enable = true; networking.firewall.allowedTCPPorts = [ 22 ]; }`,
    );
    files.set(
      `hosts/${name}/hardware.nix`,
      `{ modulesPath, ... }: { imports = [ (modulesPath + "/x.nix") ]; fileSystems."/".device = "/dev/sda${at}"; }`,
    );
  }
  for (let at = 0; at < modules; at += 1) {
    const next = at % 10 === 9 ? '' : `imports = [ ./m${at + 1}.nix ];`;
    const body = Array.from(
      { length: 20 },
      (_, each) =>
        `services.s${at}.option${each} = lib.mkIf config.s${at}.enable { value = "text \${toString ${each}}"; };`,
    );
    files.set(`modules/m${at}.nix`, `{ lib, config, pkgs, ... }:\n{\n  ${next}\n  ${body.join('\n  ')}\n}\n`);
  }
  return files;
}

function treeOf(files: ReadonlyMap<string, string>): Tree {
  const entries = [...files].map(([path, text]): TreeEntry => ({ path, mode: 'file', blob: `${path} ${text.length}` }));
  const blobs = new Map([...files].map(([path, text]) => [`${path} ${text.length}`, new TextEncoder().encode(text)]));
  return { list: async () => entries, read: async (blob) => blobs.get(blob) ?? new Uint8Array() };
}

/** Hosts, import graphs, facts and affected hosts of a whole fleet, from nothing and again after one file changed. */
export const nixFleet: Bench = {
  name: 'nix-fleet',
  async run() {
    const files = fleet();
    const began = performance.now();
    const tree = treeOf(files);
    const before = await readFleet(tree);
    const { facts } = await readFacts(before, tree, []);
    const coldMs = performance.now() - began;
    const warm: number[] = [];
    let reached = 0;
    for (let round = 0; round < 7; round += 1) {
      files.set('modules/m15.nix', `{ ... }: { round = ${'1'.repeat(round + 1)}; }`);
      const start = performance.now();
      const after = await readFleet(treeOf(files));
      reached = affectedBy(before, after, ['modules/m15.nix']).length;
      warm.push(performance.now() - start);
    }
    return {
      ratio: rounded(coldMs),
      limit: 1000,
      bound: 'at-most',
      unit: 'milliseconds from nothing to hosts, graphs and facts',
      hosts: before.hosts.length,
      files: files.size,
      facts: facts.length,
      affectedAgainMs: rounded(median(warm)),
      affectedHosts: reached,
      nixInstantiateOneHostMs: evaluateOneHostMs(files, 'host0') ?? 'not installed',
      rssMegabytes: Math.round(process.memoryUsage().rss / 1e6),
    };
  },
};
