import { z } from 'zod';
import { affectedBy, chain } from '../nix/graph/affected.ts';
import { ready } from '../nix/eval/values.ts';
import { HostWalks } from '../nix/graph/host-walk.ts';
import type { FleetReading } from '../nix/hosts/find-hosts.ts';

const reachedMachineShape = z.object({
  name: z.string(),
  /** From the changed file through each that uses it to the machine's own. */
  why: z.array(z.string()).readonly(),
  /** A file was changed that no other machine has. */
  own: z.boolean(),
});

/** What two states of a repository and the changed paths between them come to: plain values, small enough to keep. */
export const reachedMachinesShape = z.object({
  /** Every machine of the later state that may be deployed. */
  machines: z
    .array(
      z.object({ name: z.string(), kind: z.enum(['host', 'guest', 'installer', 'test', 'darwin', 'home', 'other']) }),
    )
    .readonly(),
  reached: z.array(reachedMachineShape).readonly(),
  unread: z.array(z.object({ file: z.string(), line: z.number(), why: z.string() })).readonly(),
});

export type ReachedMachine = Readonly<z.output<typeof reachedMachineShape>>;
export type ReachedMachines = Readonly<z.output<typeof reachedMachinesShape>>;

/**
 * The machines that changed paths reach. What cannot be read widens: ciphertext or a broken file may import anything,
 * so a changed Nix file that no machine is known to use counts for every machine with such a file.
 */
export function reachedMachines(
  before: FleetReading,
  after: FleetReading,
  changed: readonly string[],
): ReachedMachines {
  const machines = after.hosts.filter(({ kind }) => kind !== 'guest');
  const holders = holdersOf([before, after], changed);
  const reasons = new Map<string, readonly string[]>();
  const affected = [
    ...affectedBy(before, after, changed),
    ...throughUnread(after, holders),
    ...throughOwnLink(after, holders),
  ];
  for (const { name, why } of affected) if (!reasons.has(name)) reasons.set(name, why);
  const reached = [...reasons].map(([name, why]) => {
    const own = changed.some((path) => holders.get(path)?.size === 1 && holders.get(path)?.has(name) === true);
    return { name, why, own };
  });
  return { machines: machines.map(({ name, kind }) => ({ name, kind })), reached, unread: after.unread };
}

/** The machines that each changed path is a file of, before or after. */
function holdersOf(
  readings: readonly FleetReading[],
  changed: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map(changed.map((path) => [path, new Set<string>()] as const));
  for (const reading of readings) {
    for (const { name, kind } of reading.hosts) {
      const files = kind === 'guest' ? null : reading.filesOf(name);
      if (files === null) continue;
      for (const [path, names] of holders) {
        if (
          files.via.has(path) ||
          [...files.folders.keys()].some((folder) => folder === '' || path.startsWith(`${folder}/`))
        )
          names.add(name);
      }
    }
  }
  return holders;
}

function throughUnread(
  after: FleetReading,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): readonly { readonly name: string; readonly why: readonly string[] }[] {
  const orphan = [...holders].find(([path, names]) => path.endsWith('.nix') && names.size === 0)?.[0];
  if (orphan === undefined) return [];
  const closed = new Set(after.unread.map(({ file }) => file));
  return after.hosts.flatMap(({ name, kind }) => {
    const files = kind === 'guest' ? null : after.filesOf(name);
    const through = [...(files?.via.keys() ?? [])].find((path) => closed.has(path));
    return files === null || through === undefined ? [] : [{ name, why: [orphan, ...chain(files, through)] }];
  });
}

/**
 * A repository may be every machine's `/etc/nixos`, whose `configuration.nix` imports `./host`: a link that each machine
 * makes for itself and that is in nobody's git. What that file leads to beside the link counts for all of them.
 */
function throughOwnLink(
  after: FleetReading,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): readonly { readonly name: string; readonly why: readonly string[] }[] {
  const orphans = [...holders].flatMap(([path, names]) => (path.endsWith('.nix') && names.size === 0 ? [path] : []));
  const machines = after.hosts.filter(({ kind }) => kind !== 'guest');
  const top = 'configuration.nix';
  const isOwn = machines.some(({ name }) => after.filesOf(name)?.via.has(top) === true);
  if (orphans.length === 0 || isOwn || !after.repository.entries.has(top)) return [];
  const value = ready({ kind: 'path', path: top, origin: top, parts: [] });
  const files = new HostWalks(after.evaluator).filesOf({ name: '', value, entry: top, deps: null });
  const orphan = orphans.find((path) => files.via.has(path));
  return orphan === undefined ? [] : machines.map(({ name }) => ({ name, why: chain(files, orphan) }));
}
