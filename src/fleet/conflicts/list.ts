import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';
import { addressTwice } from './address-twice.ts';
import type { Conflict } from './conflict.ts';
import { missingLink } from './missing-link.ts';
import { missingMonitor } from './missing-monitor.ts';
import { missingName } from './missing-name.ts';
import { nameWithoutAddress } from './name-without-address.ts';
import { portTwice } from './port-twice.ts';
import { unusedPort } from './unused-port.ts';
import { vlanDisagrees } from './vlan-disagrees.ts';

/** The conflicts, in the order of the README. A new one joins here. */
export const conflicts: readonly Conflict[] = [
  addressTwice,
  portTwice,
  nameWithoutAddress,
  missingName,
  missingMonitor,
  missingLink,
  unusedPort,
  vlanDisagrees,
];

/** Every conflict among the facts of one repository. */
export function conflictFindings(facts: readonly Fact[]): readonly Finding[] {
  return conflicts.flatMap((conflict) => conflict.find(facts));
}
