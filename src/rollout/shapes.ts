import { z } from 'zod';
import type { DerivedProbe } from '../core/derived-probe.ts';
import type { Finding } from '../core/finding.ts';
import {
  type CommitSha,
  type Fingerprint,
  type HostName,
  parseCommitSha,
  parseFingerprint,
  parseHostName,
  parseRepositoryName,
  parseStorePath,
  type RepositoryName,
  type StorePath,
} from '../core/names.ts';
import { outcomes } from '../core/outcome.ts';
import { type Refusal, refusalCodes } from '../core/refusal.ts';
import { deployReasons, deployStepNames } from '../report/deploy-report.ts';

/** The parts from which the stored records of this room are made. A stored value is outside data like any other. */

const named = <Name extends string>(parse: (text: string) => Name | null, what: string) =>
  z.custom<Name>((value) => typeof value === 'string' && parse(value) !== null, `not ${what}`);

export const commitSha = named<CommitSha>(parseCommitSha, 'a full commit id');
export const hostName = named<HostName>(parseHostName, 'a host name');
export const storePath = named<StorePath>(parseStorePath, 'a store path');
export const fingerprint = named<Fingerprint>(parseFingerprint, 'a host key fingerprint');
export const repositoryName = named<RepositoryName>(parseRepositoryName, 'a repository name');

export const outcome = z.enum(outcomes);
export const stepName = z.enum(deployStepNames);
/** Milliseconds since the epoch. */
export const instant = z.number();

/** A rollout's id is part of the names of its runs on the hosts, so it keeps to their letters (`RunId`). */
export const rolloutId = z.string().regex(/^[a-z0-9-]{1,48}$/);

export const reason = z.object({
  code: z.enum(deployReasons),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
});
export type Reason = z.output<typeof reason>;

export const finding: z.ZodType<Finding> = z.object({
  check: z.string(),
  level: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  host: hostName.optional(),
  file: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
}) as z.ZodType<Finding>;

export const expectedRecord = z.object({
  zone: z.string(),
  serial: z.number().nullable(),
  name: z.string(),
  type: z.string(),
  data: z.array(z.string()),
  others: z
    .array(z.object({ name: z.string(), deployed: z.boolean().optional(), address: z.string(), port: z.number() }))
    .readonly()
    .optional(),
});

export const touched = z.enum(['own', 'shared']);

export const refusal = z
  .object({
    kind: z.literal('refused'),
    code: z.enum(refusalCodes),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
    next: z.string().optional(),
  })
  .transform(({ next, ...told }): Refusal => (next === undefined ? told : { ...told, next }));

/** What became of a host that was offline, after its deploy had ended so. */
export const later = z.discriminatedUnion('kind', [
  /** `why`: it would answer, but may not be brought to the commit now; null: it is asked again until it answers. */
  z.object({ kind: z.literal('waiting'), why: refusal.nullable() }),
  z.object({ kind: z.literal('begun'), rollout: rolloutId }),
  z.object({ kind: z.literal('ended'), rollout: rolloutId, outcome }),
  z.object({ kind: z.literal('left'), why: refusal }),
]);
export type Later = z.output<typeof later>;

export const derivedProbe: z.ZodType<DerivedProbe> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unit'), unit: z.string(), for: z.string() }),
  z.object({
    kind: z.literal('port'),
    port: z.number().int(),
    protocol: z.enum(['tcp', 'udp']),
    address: z.string().nullable(),
    for: z.string(),
    own: z.boolean(),
    existed: z.boolean(),
  }),
  z.object({
    kind: z.literal('vhost'),
    name: z.string(),
    scheme: z.enum(['http', 'https']),
    port: z.number().int(),
  }),
]);

/** What the host was before the first step that could change it. */
export const baseline = z.object({
  running: storePath,
  profile: storePath,
  bootId: z.string(),
  failedUnits: z.array(z.string()),
  restartingUnits: z.record(z.string(), z.number()),
  /** Declared probes that failed then. */
  failingProbes: z.array(z.string()).default([]),
});
export type Baseline = z.output<typeof baseline>;

export const cause = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('command'),
    by: z.string(),
    issue: z.number().int(),
    comment: z.number().int().nullable(),
    /** Why a rule was set aside by whoever asked; null where none was. */
    forced: z.string().nullable().default(null),
    /** The pull request was merged already: the commit is part of the default branch. */
    merged: z.boolean().default(false),
  }),
  z.object({ kind: z.literal('merge'), by: z.string(), pullRequest: z.number().int() }),
]);

const namesAndMore = z.object({ names: z.array(z.string()), more: z.number().int() });

export const difference = z.object({
  packages: z.object({ added: namesAndMore, removed: namesAndMore, changed: namesAndMore }),
  units: z.object({
    added: namesAndMore,
    removed: namesAndMore,
    restarted: namesAndMore,
    reloaded: namesAndMore,
    kept: namesAndMore,
  }),
  rebootFor: z.array(z.string()),
  initInterface: z.boolean(),
  inhibitors: z.array(z.string()),
});

/** How one host is deployed: taken from the config and from what was asked, once, so that a resumed deploy keeps it. */
export const manner = z.object({
  /** A person accepts what runs as the system to go back to, although it is not the profile. */
  adopt: z.boolean().default(false),
  /** `safe`: test, verify, boot. `switch`: all in one go. `dry`: nothing is activated. */
  mode: z.enum(['safe', 'switch', 'dry']).default('safe'),
  /** It is built from a file, and not from a flake. */
  file: z.boolean().default(false),
  /** What puts the host back when nobody can reach it any more; null: nothing does. */
  watchdog: z
    .object({ level: z.enum(['reboot', 'unit']), seconds: z.number().int() })
    .nullable()
    .default(null),
  /** The least space that must be left before anything is built. */
  minFreeMiB: z.object({ nix: z.number(), boot: z.number() }).default({ nix: 0, boot: 0 }),
});
export type Manner = z.output<typeof manner>;

const times = z.object({
  time_zone: z.string(),
  windows: z.array(
    z.object({
      days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
      from: z.string(),
      to: z.string(),
    }),
  ),
  freeze: z.array(z.object({ from: z.string(), until: z.string(), reason: z.string() })),
});

/** The bounds under which a rollout runs: taken from the config once, so that a resumed one keeps them. */
export const policy = z.object({
  parallel: z.number().int().min(1),
  /** How long a host that nothing was activated on may stay out of reach. */
  reachMs: z.number(),
  buildMs: z.number(),
  activateMs: z.number(),
  probeMs: z.number(),
  /** How long a host may take to come back from a reboot. */
  rebootMs: z.number().default(600_000),
  /** How many hosts may fail before no further one begins. */
  failureBudget: z.number().int().min(0).default(0),
  /** Hosts of which only so many may be away at once: those of a tag with `max_unavailable`. */
  /** When hosts may begin; null: at any time, because a person asked with a reason or nothing is moved. */
  times: times.nullable().default(null),
  groups: z
    .array(
      z.object({
        tag: z.string(),
        most: z.number().int().min(1),
        hosts: z.array(hostName),
        /** In the order of the hosts. */
        machines: z.array(fingerprint).default([]),
      }),
    )
    .default([]),
});
export type Policy = z.output<typeof policy>;
