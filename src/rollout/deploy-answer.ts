import type { Fault, FaultCode } from '../core/fault.ts';
import type { Finding } from '../core/finding.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Activated, Armed, Built, Difference, HostState, Kept, Shipped } from '../host/machine.ts';
import type { Reason } from './shapes.ts';

/** What a step's own act answers. */
export type StepAnswer =
  | { readonly kind: 'looked'; readonly state: HostState }
  | { readonly kind: 'shipped'; readonly result: Shipped }
  | { readonly kind: 'built'; readonly result: Built }
  | { readonly kind: 'kept'; readonly result: Kept }
  | { readonly kind: 'compared'; readonly difference: Difference }
  | { readonly kind: 'armed'; readonly result: Armed }
  | { readonly kind: 'disarmed'; readonly result: 'disarmed' | 'absent' | 'foreign' }
  | { readonly kind: 'rebooting'; readonly result: 'rebooting' | 'rebooted' }
  /** Null: the commit may be deployed to this host now. */
  | { readonly kind: 'approval'; readonly refusal: Refusal | null }
  | { readonly kind: 'activated'; readonly result: Activated }
  | { readonly kind: 'probed'; readonly findings: readonly Finding[] };

/** What a fault was, as far as a decision and a report need it. */
export interface Trouble {
  readonly fault: FaultCode;
  readonly stage: string;
  readonly detail: string;
  readonly retry: 'never' | 'later';
}

export function troubleOf(fault: Fault): Trouble {
  return { fault: fault.code, stage: fault.stage, detail: fault.message.slice(0, 300), retry: fault.retry };
}

/** What may come instead, at any step. A single lost connection is not among them: the driver looks again first. */
export type Interruption =
  /** The bounds of the step are used up. `seen` is the host as it is now, null where it cannot be reached. */
  | {
      readonly kind: 'out-of-time';
      readonly trouble: Trouble;
      readonly seen: HostState | null;
    }
  /** The host cannot be worked with until somebody changes something: its key is another one, the login is refused. */
  | { readonly kind: 'barred'; readonly trouble: Trouble }
  | { readonly kind: 'cancelled'; readonly by: string }
  /** As many hosts of its group are away as may be. Asked only before its first step. */
  | { readonly kind: 'no-room'; readonly reason: Reason }
  /** The work was tried and broke so often that it is not tried again. */
  | { readonly kind: 'gave-up'; readonly detail: string };

export type Answer = StepAnswer | Interruption;

export function isAnswer<Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): answer is Extract<Answer, { readonly kind: Kind }> {
  return answer.kind === kind;
}
