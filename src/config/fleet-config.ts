import { z } from 'zod';
import { isTimeZone } from './local-time.ts';
import { parseHostName, type HostName } from '../core/names.ts';
import { parsePrefix } from './networks.ts';

/**
 * `.github/fleetwright.yml`, as its owner writes it. Keys are snake_case as in other files of that folder.
 * Every key carries a description: the README table and the committed JSON Schema are made from them.
 */

const hostName = z.string().transform((text, context): HostName => {
  const name = parseHostName(text);
  if (name !== null) return name;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not a host name (letters, digits, "-", "_" and dots between them)`,
  });
  return z.NEVER;
});

const duration = (seconds: number, what: string) =>
  z.number().min(0).max(86_400).default(seconds).describe(`${what}, in seconds.`);

const httpProbe = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('The address to ask.'),
  status: z.number().int().min(100).max(599).default(200).describe('The status that is expected.'),
  contains: z.string().optional().describe('Text that the body must hold.'),
  certificate_days: z
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(7)
    .describe('A certificate that ends within so many days is a warning: no revert would mend it.'),
});

const tcpProbe = z.strictObject({
  address: z.string().optional().describe("The address to connect to; the host's own address by default."),
  port: z.number().int().min(1).max(65_535).describe('The port to connect to.'),
});

const dnsProbe = z.strictObject({
  name: z.string().describe('The name to ask for.'),
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT', 'SOA']).default('A').describe('The record type to ask for.'),
  expect: z.array(z.string()).min(1).describe('The data that the answer must hold.'),
  server: z
    .string()
    .optional()
    .describe("Whom to ask, `address` or `address:port`; the host's own address by default."),
});

export const probesShape = z.strictObject({
  units: z.array(z.string()).default([]).describe('systemd units that must be active.'),
  containers: z.array(z.string()).default([]).describe('Containers (nixos-container, machinectl) that must be up.'),
  http: z.array(httpProbe).default([]).describe('HTTP addresses that must answer.'),
  tcp: z.array(tcpProbe).default([]).describe('TCP ports that must accept a connection.'),
  dns: z.array(dnsProbe).default([]).describe('DNS names that must answer.'),
  scripts: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'is no name of a check, as mail-queue'))
    .default([])
    .describe(
      'Checks that the host’s own configuration brings: `mail-queue` runs `fleetwright-probe-mail-queue` of its system path as the account, without root and without arguments. It passes where it ends with 0 within 30 seconds.',
    ),
  derived: z
    .union([z.boolean(), z.literal('warn')])
    .default(true)
    .describe(
      'Whether what a change itself says is asked too: a service that it switches on, a port that it opens, a name that its web server gets. `warn`: a wrong answer is told and takes nothing back; `false`: it is not asked.',
    ),
  without: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'What is not asked of it, by the names that plans show: `tcp/3000`, `grafana.service`, `grafana.example.org`.',
    ),
});

const tagName = z.string().regex(/^[A-Za-z0-9_-]+$/, 'is no tag: letters, digits, "-" and "_"');

const selection = z.strictObject({
  hosts: z.array(hostName).default([]).describe('Hosts, by name.'),
  tags: z.array(tagName).default([]).describe('All hosts that carry one of these tags.'),
});

const hostShape = z.strictObject({
  address: z
    .string()
    .regex(
      /^[\p{L}\p{N}]([\p{L}\p{N}._-]*[\p{L}\p{N}])?\.?$|^[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?$/u,
      'is neither a name nor an address',
    )
    .describe('Where the host listens for ssh: a name or an address.'),
  port: z.number().int().min(1).max(65_535).default(22).describe('The ssh port.'),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/, 'is no account name, as fleetwright')
    .default('fleetwright')
    .describe('The service account.'),
  host_key: z
    .string()
    .describe(
      'The host key, `SHA256:…` as `ssh-keygen -lf` prints it, or a public key line. A host is locked by this, not by its name.',
    ),
  attribute: z.string().optional().describe('The name under `nixosConfigurations`; the host name by default.'),
  paths: z.array(z.string()).default([]).describe("The host's own files and folders; `hosts/<name>` by default."),
  tags: z.array(tagName).default([]).describe('Words for `/deploy #tag`.'),
  after: selection
    .prefault({})
    .describe('Hosts whose deploys end before this one begins, where one rollout brings both.'),
  mode: z
    .enum(['safe', 'switch', 'dry'])
    .default('safe')
    .describe(
      'How a deploy goes: `safe` tests, verifies and only then makes the system the boot default; `switch` does it in one go, and has no watchdog; `dry` builds and shows what an activation would do, and activates nothing.',
    ),
  configuration: z
    .string()
    .optional()
    .describe(
      'A configuration that is no flake, as `hosts/griffin/configuration.nix`; nixpkgs is then the host’s own.',
    ),
  expression: z
    .string()
    .optional()
    .describe('A Nix file that is no flake and holds this host’s system under `attribute`, as `default.nix`.'),
  watchdog: z
    .enum(['none', 'reboot', 'unit'])
    .default('none')
    .describe(
      'What puts the host back when a deploy cuts it off: nothing, a scheduled `reboot` into its old system (systemd 254; a host with an encrypted disk may not come back by itself), or the `unit` of the NixOS module.',
    ),
  probes: probesShape.prefault({}).describe('What must be true after a deploy, beside what is always asked.'),
});

const zoneShape = z.strictObject({
  file: z.string().min(1).describe('The zone file, from the top of the repository.'),
  servers: z
    .array(z.string().min(1))
    .default([])
    .describe('Who serves the zone: hosts of the fleet or addresses, each with `:port` where it is not 53.'),
});

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day, as 22:00');
const wallTime = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d)?$/,
    'is no date, as 2026-12-20 or 2026-12-20T18:00',
  );

const windowShape = z.strictObject({
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .min(1)
    .describe('The days on which it opens.'),
  from: clock.describe('When it opens.'),
  to: clock.describe('When it closes; on the next day where that is not later than `from`.'),
});

const freezeShape = z
  .strictObject({
    from: wallTime.describe('The first day, or its date and time.'),
    until: wallTime.describe('The last day, or the date and time of the end.'),
    reason: z.string().min(1).describe('Why; shown to whoever has to wait.'),
  })
  .refine(({ from, until }) => from.slice(0, until.length) <= until, 'ends before it begins');

const waveShape = selection.extend({
  percent: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("At most this share of the rollout's hosts, rounded up."),
  count: z.number().int().min(1).max(10_000).optional().describe('At most so many hosts.'),
});

const tagShape = z.strictObject({
  after: selection.prefault({}).describe('Hosts that are deployed before those that carry the tag.'),
  max_unavailable: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'How many hosts of the tag may be away at once, whichever rollouts take them: those that are being deployed, and those left offline or in need of a person. 1 keeps the quorum of a cluster of three.',
    ),
});

const deployShape = z.strictObject({
  on_merge: z.boolean().default(true).describe('Deploy the affected hosts when a pull request is merged.'),
  parallel: z.number().int().min(1).max(200).default(10).describe('How many hosts of a wave deploy at once.'),
  wave_size: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(10_000)
    .describe('How many hosts a wave holds; the next starts when all of it ended well.'),
  canary: selection.prefault({}).describe('Hosts that go first; the others follow when all of them ended well.'),
  waves: z
    .array(waveShape)
    .default([])
    .describe(
      'The first waves, in order: each takes the hosts that it names (all that are left where it names none), at most `count` or `percent` of them. What no wave took follows in waves of `wave_size`.',
    ),
  last: z
    .array(hostName)
    .default([])
    .describe(
      'Hosts that go last, each alone: those that the bot, its Redis, its name server or its router run on. The bot adds those that it finds by their addresses.',
    ),
  tags: z.record(tagName, tagShape).default({}).describe('What holds for all hosts that carry a tag, by tag.'),
  failure_budget: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .describe('How many hosts of a rollout may fail before no further one begins.'),
  time_zone: z
    .string()
    .refine(isTimeZone, 'is no time zone, as Europe/Berlin')
    .default('UTC')
    .describe('The time zone of `windows` and `freeze`.'),
  windows: z
    .array(windowShape)
    .default([])
    .describe(
      'When merges are deployed; outside they wait, and a rollout begins no further host. A person can deploy, roll back and reboot then with a reason. Empty: always.',
    ),
  freeze: z
    .array(freezeShape)
    .default([])
    .describe('When nothing is begun, whatever the windows say; with a reason a person still can.'),
  reach_seconds: duration(60, 'How long a host that does not answer is tried before it counts as offline'),
  settle_seconds: duration(5, 'How long units may take to settle after an activation'),
  flap_seconds: duration(10, 'How long a restarting unit is watched before it counts as flapping'),
  probe_seconds: duration(60, 'How long the probes may take to become true'),
  build_seconds: z.number().min(1).max(86_400).default(3600).describe('How long a build may take, in seconds.'),
  activate_seconds: z.number().min(1).max(86_400).default(900).describe('How long an activation may take, in seconds.'),
  watchdog_seconds: z
    .number()
    .int()
    .min(60)
    .max(86_400)
    .default(1200)
    .describe(
      'When the watchdog of a host fires, in seconds after it was armed. logind takes no logins in the last five minutes before a scheduled reboot, so a deploy must be verified before those.',
    ),
  reboot_seconds: duration(600, 'How long a host may take to come back from a reboot'),
  min_free_nix_mib: z
    .number()
    .int()
    .min(0)
    .default(1024)
    .describe('A host with less space than this left on /nix, in MiB, is refused before anything is built on it.'),
  min_free_boot_mib: z
    .number()
    .int()
    .min(0)
    .default(32)
    .describe('A host with less space than this left on /boot, in MiB, is refused: a boot entry may not fit.'),
  min_free_root_mib: z
    .number()
    .int()
    .min(0)
    .default(256)
    .describe('A host that a deploy leaves with less space than this on /, in MiB, gets a warning.'),
});

const limitsShape = z.strictObject({
  max_hosts: z.number().int().min(1).max(10_000).default(200).describe('The most hosts that one command may name.'),
  max_changed_files: z.number().int().min(1).max(1000).default(40).describe('The most files that a change may touch.'),
});

const prefix = z
  .string()
  .refine(
    (text) => text.includes('/') && parsePrefix(text) !== null,
    'is not a prefix, as 10.0.30.0/24 or fd00:30::/64',
  );

export const fleetConfigShape = z.strictObject({
  hosts: z.record(hostName, hostShape).describe('The hosts of the fleet, by name.'),
  vlans: z
    .record(z.string().min(1).max(60), z.union([prefix.transform((one) => [one]), z.array(prefix)]))
    .default({})
    .describe(
      'What networks are called, each with its prefix or prefixes. Where something is unreachable, the report names them; a network without a name is called by its /24 or /64.',
    ),
  zones: z.record(z.string(), zoneShape).default({}).describe('The DNS zones of the fleet, by name.'),
  deploy: deployShape.prefault({}).describe('How deploys go.'),
  limits: limitsShape.prefault({}).describe('Bounds on what one change or command may do.'),
});

export type FleetConfig = z.output<typeof fleetConfigShape>;
export type HostConfig = FleetConfig['hosts'][HostName];
export type ZoneConfig = FleetConfig['zones'][string];
export type Selection = HostConfig['after'];
export type ProbesConfig = HostConfig['probes'];

/** Where the file lives. It is read from the default branch only. */
export const fleetConfigPath = '.github/fleetwright.yml';
