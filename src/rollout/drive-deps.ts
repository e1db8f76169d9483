import type { Clock } from '../core/clock.ts';
import type { HostName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Tell } from '../core/story.ts';
import type { Machines } from '../host/machine.ts';
import type { DeployStepName } from '../report/deploy-report.ts';
import type { RecordKind } from './change-record.ts';
import { type Deploy, deployKey, parseDeploy } from './deploy.ts';
import type { HostLocks } from './host-lock.ts';
import type { Rollout } from './rollout.ts';
import type { Rollouts } from './rollouts.ts';

/** What driving a deploy needs. */
export interface DriveDeps {
  readonly records: Records;
  readonly rollouts: Rollouts;
  readonly locks: HostLocks;
  readonly clock: Clock;
  /** The machines of the rollout's repository, reached with its own key. */
  machines(rollout: Pick<Rollout, 'id' | 'repository'>): Machines;
  /** Asked right before an activation: null, or why the commit may not be deployed to the host any more. */
  mayActivate(rollout: Rollout, host: HostName): Promise<Refusal | null>;
  readonly tell: Tell;
  /** After every stored change. It must not throw and decides nothing. */
  onChange(rollout: Rollout, deploy: Deploy): void;
  /** What a run writes, as it comes. It must not throw. */
  onOutput(rollout: Rollout, host: HostName, step: DeployStepName, text: string): void;
}

/** As long as the rollout that it belongs to. */
const keepMs = 30 * 24 * 3600 * 1000;

export const deployRecord = (rollout: string, host: HostName): RecordKind<Deploy> => ({
  key: deployKey(rollout, host),
  parse: parseDeploy,
  keepMs,
});
