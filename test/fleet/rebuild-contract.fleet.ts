import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FleetHost } from './machines/fleet-host.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import { activation, service } from './machines/nix-text.ts';

/*
 * What `nixos-rebuild` on the test hosts takes, does, and ends with. It stands for the real one, which needs nixpkgs.
 * Each row names the file of nixpkgs that it comes from: `rebuild/` is `pkgs/by-name/ni/nixos-rebuild-ng/src/
 * nixos_rebuild/`, `switch/` is `pkgs/by-name/sw/switch-to-configuration-ng/src/src/`.
 */

interface Row {
  /** `$O` runs and boots, `$P` is another system, the others below differ from it in one thing; `$F` is the flake. */
  readonly words: string;
  readonly as?: 'account';
  /** Done as root before. */
  readonly given?: string;
  readonly code: number;
  /** What is then running, the profile, and the boot default. */
  readonly leaves: string;
  /** Standard output: one system's path, or nothing. */
  readonly out?: string;
  /** What standard error holds. */
  readonly says?: RegExp;
  /** A `result` link is left where it was run. */
  readonly link?: true;
  readonly from: string;
}

/** What each system says beside the rest; `P` is the flake's newest commit. */
const systems = {
  O: '{ environment.etc."motd".text = "old"; }',
  INHIBITED: '{ }',
  INIT: '{ system.initInterfaceVersion = "4"; }',
  FAILS: service('consul', 'exit 7', 'serviceConfig.Type = "oneshot";'),
  SNIPPET: activation('exit 3'),
  LOADER: '{ boot.loader.extraInstallCommands = "exit 5"; }',
  P: '{ environment.etc."motd".text = "new"; }',
} as const;

const missing = '/nix/store/00000000000000000000000000000000-nixos-system-nobody-26.05';
const another = 'systemd-run --quiet --collect --unit=nixos-rebuild-switch-to-configuration sleep 1d';
const loaded = /nixos-rebuild-switch-to-configuration.service was already loaded or has a fragment file/;
const by = '--no-reexec --store-path';

const newer: readonly Row[] = [
  {
    as: 'account',
    words: 'build --no-reexec --flake $F',
    code: 0,
    out: 'P',
    says: /^building the system configuration\.\.\.[\s\S]*Done\. The new configuration is $/,
    link: true,
    leaves: 'O O O',
    from: 'rebuild/services.py',
  },
  {
    as: 'account',
    words: 'build --store-path x',
    code: 2,
    says: /^usage: nixos-rebuild[\s\S]*--no-reexec[\s\S]*--store-path cannot be used with 'build'\n$/,
    leaves: 'O O O',
    from: 'rebuild/__init__.py',
  },
  {
    as: 'account',
    words: 'build --no-reexec --frobnicate',
    code: 2,
    says: /unrecognized arguments: --frobnicate/,
    leaves: 'O O O',
    from: 'rebuild/__init__.py',
  },
  {
    as: 'account',
    words: 'build --no-reex --flake $F',
    code: 2,
    says: /unrecognized arguments: --no-reex/,
    leaves: 'O O O',
    from: 'rebuild/__init__.py (allow_abbrev)',
  },
  {
    as: 'account',
    words: 'deploy',
    code: 2,
    says: /invalid choice: 'deploy'/,
    leaves: 'O O O',
    from: 'rebuild/models.py',
  },
  {
    as: 'account',
    words: 'build --no-reexec --flake /var/lib/fleetwright/flake#nobody',
    code: 1,
    says: /does not provide attribute[\s\S]*Command '.*' returned non-zero exit status 1\.\n$/,
    leaves: 'O O O',
    from: 'rebuild/nix.py, rebuild/__init__.py (main)',
  },
  {
    as: 'account',
    words: `test ${by} $P`,
    code: 1,
    says: /Interactive authentication required|Access denied/,
    leaves: 'O O O',
    from: 'rebuild/nix.py (systemd-run)',
  },
  {
    as: 'account',
    words:
      'build --no-reexec -I nixpkgs=/var/lib/fleetwright/flake/nixos -I nixos-config=/var/lib/fleetwright/plain.nix',
    code: 0,
    link: true,
    says: /Done\. The new configuration is $/,
    leaves: 'O O O',
    from: 'rebuild/nix.py (build)',
  },
  {
    words: `dry-activate ${by} $P`,
    code: 0,
    out: 'P',
    says: /would activate/,
    leaves: 'O O O',
    from: 'switch/main.rs',
  },
  {
    words: `test ${by} $P`,
    code: 0,
    out: 'P',
    says: /activating the configuration/,
    leaves: 'P O O',
    from: 'rebuild/services.py',
  },
  { words: `boot ${by} $P`, code: 0, out: 'P', leaves: 'O P P', from: 'rebuild/services.py' },
  { words: `switch ${by} $P`, code: 0, out: 'P', leaves: 'P P P', from: 'rebuild/services.py' },
  {
    words: 'test --store-path $P',
    code: 1,
    says: /file 'nixpkgs\/nixos' was not found/,
    leaves: 'O O O',
    from: 'rebuild/services.py (reexec)',
  },
  {
    words: `boot ${by} ${missing}`,
    code: 1,
    says: /missing essential files/,
    leaves: 'O O O',
    from: 'rebuild/nix.py (set_profile)',
  },
  {
    words: `test ${by} ${missing}`,
    code: 1,
    says: /Failed to find executable/,
    leaves: 'O O O',
    from: 'rebuild/nix.py (systemd-run)',
  },
  {
    given: another,
    words: `test ${by} $P`,
    code: 1,
    says: loaded,
    leaves: 'O O O',
    from: 'rebuild/nix.py (systemd-run)',
  },
  {
    given: another,
    words: `boot ${by} $P`,
    code: 1,
    says: loaded,
    leaves: 'O P O',
    from: 'rebuild/services.py (the profile is set before the switch is run)',
  },
  {
    words: `test ${by} $INHIBITED`,
    code: 1,
    says: /Pre-switch checks failed/,
    leaves: 'O O O',
    from: 'switch/main.rs',
  },
  {
    words: `boot ${by} $INHIBITED`,
    code: 0,
    out: 'INHIBITED',
    leaves: 'O INHIBITED INHIBITED',
    from: 'switch/main.rs',
  },
  { words: `test ${by} $INIT`, code: 100, says: /until you reboot/, leaves: 'O O O', from: 'switch/main.rs' },
  {
    words: `test ${by} $FAILS`,
    code: 4,
    says: /warning: the following units failed: consul\.service/,
    leaves: 'FAILS O O',
    from: 'switch/main.rs',
  },
  {
    words: `test ${by} $SNIPPET`,
    code: 2,
    leaves: 'SNIPPET O O',
    from: 'switch/main.rs, nixos/modules/system/activation/activation-script.nix',
  },
  {
    words: `boot ${by} $LOADER`,
    code: 1,
    says: /Failed to install bootloader/,
    leaves: 'O LOADER LOADER',
    from: 'switch/main.rs, nixos/modules/system/boot/loader/systemd-boot/systemd-boot-builder.py',
  },
  {
    given: 'nixos-rebuild switch --no-reexec --store-path "$P"',
    words: 'switch --no-reexec --rollback',
    code: 0,
    leaves: 'O O O',
    from: 'rebuild/services.py (_rollback_system)',
  },
  {
    as: 'account',
    words: 'list-generations --json',
    code: 0,
    leaves: 'O O O',
    from: 'rebuild/nix.py (list_generations)',
  },
];

const older: readonly Row[] = [
  {
    as: 'account',
    words: 'build --store-path x',
    code: 2,
    says: /unrecognized arguments: --store-path x/,
    leaves: 'O O O',
    from: 'rebuild/__init__.py of January 2025',
  },
  {
    as: 'account',
    words: 'build --no-reexec --flake $F',
    code: 2,
    says: /unrecognized arguments: --no-reexec/,
    leaves: 'O O O',
    from: 'rebuild/__init__.py of January 2025',
  },
  {
    as: 'account',
    words: 'build --fast --flake $F',
    code: 0,
    out: 'P',
    link: true,
    leaves: 'O O O',
    from: 'rebuild/__init__.py of January 2025',
  },
  {
    words: 'test --fast --flake $F',
    code: 0,
    out: 'P',
    link: true,
    leaves: 'P O O',
    from: 'rebuild/__init__.py of January 2025 (no_link)',
  },
  { words: 'boot --fast --flake $F', code: 0, out: 'P', leaves: 'O P P', from: 'rebuild/__init__.py of January 2025' },
  {
    words: 'switch --flake $F',
    code: 0,
    out: 'P',
    leaves: 'P P P',
    from: 'rebuild/__init__.py of January 2025 (reexec)',
  },
];

const flake = '/var/lib/fleetwright/flake';

interface Furnished {
  readonly host: FleetHost;
  /** The store path of each system. */
  readonly paths: Readonly<Record<string, string>>;
}

/** A host on which every system is built, and which runs and boots `O`. */
async function furnished(host: FleetHost, dialect: string): Promise<Furnished> {
  await host.put(new URL('flake', import.meta.url).pathname, flake);
  await host.inside(`cd ${flake} && git init --quiet -b main
    echo '{ networking = { hostName = "${host.name}"; address = "10.77.20.99/24"; gateway = "10.77.20.1"; }; }' >../plain.nix`);
  const paths: Record<string, string> = {};
  for (const [name, text] of Object.entries(systems)) {
    const daemon = name === 'INHIBITED' ? 'broker' : 'daemon';
    const common = `{ system = { rebuildDialect = "${dialect}"; switch.inhibitors.dbus = "${daemon}"; }; }`;
    const built = await host.inside(`cd ${flake} && cat >hosts/${host.name}/extra.nix <<'END'
{ imports = [ (${text}) (${common}) ]; }
END
      git add --all && git -c user.name=ann -c user.email=ann@fleet.invalid commit --quiet -m ${name}
      nix build --no-link --print-out-paths '.#nixosConfigurations."${host.name}".config.system.build.toplevel'`);
    paths[name] = built.trim();
  }
  await host.inside(`chown -R fleetwright: ${flake}
    nixos-rebuild switch --no-reexec --store-path ${paths['O']}`);
  return { host, paths };
}

/** Names instead of paths. */
function named(text: string, { paths }: Furnished): string {
  return Object.entries(paths).reduce((left, [name, path]) => left.replaceAll(path, name), text);
}

/** Brings the host back to where every row begins, whichever dialect it has. */
async function backToO({ host, paths }: Furnished): Promise<void> {
  await host.inside(`systemctl stop nixos-rebuild-switch-to-configuration.service 2>/dev/null
    rm -rf /tmp/row && mkdir -m 1777 /tmp/row
    nix-env -p /nix/var/nix/profiles/system --set ${paths['O']}
    ${paths['O']}/bin/switch-to-configuration boot
    if [ "$(readlink -f /run/current-system)" != ${paths['O']} ]; then NIXOS_NO_CHECK=1 ${paths['O']}/bin/switch-to-configuration test; fi`);
}

async function played(row: Row, on: Furnished): Promise<Record<string, unknown>> {
  const { host, paths } = on;
  await backToO(on);
  const names = Object.entries(paths).map(([name, path]) => `${name}=${path}`);
  const given = `cd /tmp/row; ${names.join('; ')}; F=${flake}#${host.name}; `;
  if (row.given !== undefined) await host.inside(`${given}${row.given}`);
  const line = `${given}nixos-rebuild ${row.words}`;
  const { code, stdout, stderr } = await (row.as === 'account'
    ? host.asAccount(line)
    : host.run(`export SUDO_UID=64321; ${line}`));
  const { running, profile, bootDefault } = await host.snapshot();
  const link = (await host.run('test -L /tmp/row/result')).code === 0;
  const out = named(stdout, on);
  return {
    code,
    out: row.out === undefined ? undefined : out,
    says: row.says === undefined || row.says.test(stderr) ? undefined : stderr,
    leaves: named(`${running} ${profile} ${bootDefault}`, on),
    link,
  };
}

const expected = (row: Row) => ({
  code: row.code,
  out: row.out === undefined ? undefined : `${row.out}\n`,
  says: undefined,
  leaves: row.leaves,
  link: row.link === true,
});

let fleet: Fleet;
let store: Furnished;
let fast: Furnished;
beforeAll(async () => {
  fleet = await startFleet(['wolfhound', 'blackjack']);
  [store, fast] = await Promise.all([
    furnished(fleet.host('wolfhound'), 'store-path'),
    furnished(fleet.host('blackjack'), 'fast'),
  ]);
});
afterAll(() => fleet?.close());

const title = (row: Row) =>
  `${row.as ?? 'root'}: ${row.given === undefined ? '' : 'while another switch runs, or after one, '}${row.words} ends with ${row.code} and leaves ${row.leaves}`;

describe('the newer nixos-rebuild', () => {
  test.each(newer.map((row) => [title(row), row] as const))('%s', async (_, row) => {
    expect(await played(row, store)).toEqual(expected(row));
  });
});

describe('the older nixos-rebuild', () => {
  test.each(older.map((row) => [title(row), row] as const))('%s', async (_, row) => {
    expect(await played(row, fast)).toEqual(expected(row));
  });
});
