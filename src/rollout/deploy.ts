import { z } from 'zod';
import type { HostName } from '../core/names.ts';
import { placeOf, type Rollout } from './rollout.ts';
import {
  baseline,
  commitSha,
  derivedProbe,
  difference,
  expectedRecord,
  finding,
  fingerprint,
  hostName,
  instant,
  manner,
  outcome,
  reason,
  rolloutId,
  stepName,
  storePath,
} from './shapes.ts';
import { assert } from '../core/bug.ts';

/** How often each run was asked for under a new name. A name is used for one run for ever, so a retry needs a new one. */
const attempts = z.object({
  build: z.number().int(),
  rehearse: z.number().int().default(1),
  test: z.number().int(),
  boot: z.number().int(),
  'revert-test': z.number().int(),
  'revert-boot': z.number().int(),
});

export const deployShape = z.object({
  schemaVersion: z.literal(1),
  rollout: rolloutId,
  host: hostName,
  fingerprint,
  kind: z.enum(['deploy', 'rollback', 'verify', 'reboot']),
  sha: commitSha.nullable(),
  attribute: z.string(),
  records: z.array(expectedRecord),
  derived: z.array(derivedProbe).default([]),
  manner: manner.prefault({}),
  /** The step that is to be done next: written before its act begins, so what was asked of the host is never forgotten. */
  step: stepName,
  /** When the step became the next one. */
  stepAt: instant,
  baseline: baseline.nullable(),
  /** The boot that the deploy belongs to. Another one means that the host rebooted meanwhile. */
  bootId: z.string().nullable(),
  /** The system to bring the host to: built, or of a rollback the recorded one. */
  target: storePath.nullable(),
  /** The bad system that a held host was put back from: building it again is no reason to try it again. */
  heldFrom: storePath.nullable(),
  /** What a deploy before this one made the boot default and nobody rebooted into yet: a drift of our own making. */
  awaitsReboot: storePath.nullable().default(null),
  /** What the host's nixos-rebuild understands: without `--store-path` it is told commits, and not systems. */
  dialect: z.enum(['store-path', 'flake-only']).default('store-path'),
  /** The system and the commit that the last good deploy brought. */
  recorded: z.object({ path: storePath, sha: commitSha.nullable() }).nullable().default(null),
  /** How the target differs from what ran. */
  difference: difference.nullable().default(null),
  /** The target cannot be activated live: it is made the boot default, and a reboot with its own approval brings it. */
  pending: z.boolean().default(false),
  /**
   * Set before the watchdog is asked for, so that one which may be armed is never forgotten; `until` is known once it is.
   * A reboot takes it away.
   */
  armed: z
    .object({ level: z.enum(['reboot', 'unit']), until: instant.nullable() })
    .nullable()
    .default(null),
  /** How the deploy ends once the watchdog is disarmed. */
  ending: z.object({ outcome, reason: reason.nullable() }).nullable().default(null),
  attempts,
  /** The activation of the target was asked for, so the host may run it, or have run it. */
  testAsked: z.boolean(),
  /** `boot` was asked for the target, so the profile and the boot default may be the target, old, or torn. */
  bootAsked: z.boolean(),
  /** `boot` of the target ended with 0. Without it an equal profile proves nothing (the profile is set before the loader). */
  bootEnded: z.boolean(),
  /** Set once the target is not wanted any more. */
  revert: z
    .object({
      /** Why it is taken back. */
      reason,
      /** How the deploy ends when the host is proven to be back. */
      endAs: z.enum(['reverted', 'reverted-by-reboot']),
      /** `boot` of the old system ended with 0. */
      bootEnded: z.boolean(),
      /** Why taking back does not work; the boot default is still put right before a person is called. */
      trouble: reason.nullable(),
    })
    .nullable(),
  findings: z.array(finding),
  revertFindings: z.array(finding),
  /** What was last seen to run, for the report. */
  seen: z.object({ running: storePath.nullable(), profile: storePath.nullable(), at: instant }).nullable(),
  /** Another rollout has the host: which, and how many deploys are before this one. */
  queued: z.object({ behind: rolloutId, position: z.number().int() }).nullable(),
  outcome: outcome.nullable(),
  reason: reason.nullable(),
  /** The steps that were done, for the report: name, when it began, how long it took. */
  trail: z.array(z.object({ step: stepName, at: instant, tookMs: z.number(), failed: z.boolean() })),
  /** Bounded tails of the runs that did not go well. */
  logs: z.partialRecord(stepName, z.string()),
  startedAt: instant,
  endedAt: instant.nullable(),
});

export type Deploy = z.output<typeof deployShape>;
export type Attempts = Deploy['attempts'];

/** The deploy that a stored value is, brought up from older schema versions; throws where it is none. */
export function parseDeploy(value: unknown): Deploy {
  return deployShape.parse(value);
}

export const deployKey = (rollout: string, host: HostName): string => `deploy:${rollout}:${host}`;

/** A deploy that nothing was done for yet. */
export function newDeploy(rollout: Rollout, host: HostName, at: number): Deploy {
  const place = placeOf(rollout, host);
  assert(place !== null, `host ${host} in rollout ${rollout.id}`);
  return {
    schemaVersion: 1,
    rollout: rollout.id,
    host,
    fingerprint: place.fingerprint,
    kind: rollout.kind,
    sha: rollout.sha,
    attribute: place.attribute,
    records: place.records,
    derived: place.derived,
    manner: place.manner,
    step: 'look',
    stepAt: at,
    baseline: null,
    bootId: null,
    target: null,
    heldFrom: null,
    awaitsReboot: null,
    dialect: 'store-path',
    recorded: null,
    difference: null,
    pending: false,
    armed: null,
    ending: null,
    attempts: { build: 1, rehearse: 1, test: 1, boot: 1, 'revert-test': 1, 'revert-boot': 1 },
    testAsked: false,
    bootAsked: false,
    bootEnded: false,
    revert: null,
    findings: [],
    revertFindings: [],
    seen: null,
    queued: null,
    outcome: null,
    reason: null,
    trail: [],
    logs: {},
    startedAt: at,
    endedAt: null,
  };
}
