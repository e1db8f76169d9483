import { z } from 'zod';
import type { HostName } from '../core/names.ts';
import { assert } from '../core/bug.ts';
import { type Deploy, deployShape } from './deploy.ts';
import { placeOf, type Rollout, rolloutHost, rolloutShape } from './rollout.ts';
import { hostName } from './shapes.ts';

/** What would make a deployment's payload grow without bounds, and can be done without after a loss. */
const leftOut = {
  trail: true,
  logs: true,
  findings: true,
  revertFindings: true,
  records: true,
  derived: true,
  queued: true,
  difference: true,
} as const;

const payloadShape = z.object({
  fleetwright: z.literal(1),
  rollout: rolloutShape.omit({ hosts: true }),
  host: hostName,
  place: rolloutHost,
  /** Null: the deploy was not begun. */
  deploy: deployShape.omit(leftOut).nullable(),
});

export type DeploymentPayload = z.output<typeof payloadShape>;

/** As many failed units as are remembered on the forge; a host with more has other worries. */
const maxUnits = 50;

/** What the forge is told to remember of one host's deploy, so that a lost store can be made anew from it. */
export function deploymentPayload(rollout: Rollout, host: HostName, deploy: Deploy | null): DeploymentPayload {
  const place = placeOf(rollout, host);
  assert(place !== null, `host ${host} in rollout ${rollout.id}`);
  const { hosts: _, ...header } = rollout;
  return { fleetwright: 1, rollout: header, host, place, deploy: deploy === null ? null : remembered(deploy) };
}

function remembered(deploy: Deploy): DeploymentPayload['deploy'] {
  const {
    trail: _,
    logs: __,
    findings: ___,
    revertFindings: ____,
    records: _____,
    derived: ______,
    queued: _______,
    difference: ________,
    ...kept
  } = deploy;
  const { baseline } = kept;
  if (baseline === null) return kept;
  return { ...kept, baseline: { ...baseline, failedUnits: baseline.failedUnits.slice(0, maxUnits) } };
}

/** The payload that a value from the forge is; null where it is somebody else's deployment, or one that we cannot read. */
export function parseDeploymentPayload(value: unknown): DeploymentPayload | null {
  const parsed = payloadShape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** The deploy as it was remembered, with the parts that were left out empty. */
export function deployFrom({ deploy, place }: DeploymentPayload): Deploy | null {
  if (deploy === null) return null;
  return {
    ...deploy,
    records: place.records,
    derived: place.derived,
    trail: [],
    logs: {},
    findings: [],
    revertFindings: [],
    queued: null,
    difference: null,
  };
}
