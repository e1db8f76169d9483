import { changedRecords } from './changed-records.ts';
import { changedUnits } from './changed-units.ts';
import { containerUnits } from './container-units.ts';
import { containers } from './containers.ts';
import { derivedUnits } from './derived-units.ts';
import { diskSpace } from './disk-space.ts';
import { dns } from './dns.ts';
import { failedUnits } from './failed-units.ts';
import { http } from './http.ts';
import { newNames } from './new-names.ts';
import { openedPorts } from './opened-ports.ts';
import type { Probe } from './probe.ts';
import { rebootNeeded } from './reboot-needed.ts';
import { runningSystem } from './running-system.ts';
import { scripts } from './scripts.ts';
import { socketsAndTimers } from './sockets-and-timers.ts';
import { tcp } from './tcp.ts';
import { units } from './units.ts';

/** Every probe, in the order in which reports show them. */
export const probes: readonly Probe[] = [
  runningSystem,
  failedUnits,
  changedUnits,
  socketsAndTimers,
  units,
  containers,
  containerUnits,
  http,
  tcp,
  dns,
  scripts,
  changedRecords,
  derivedUnits,
  openedPorts,
  newNames,
  diskSpace,
  rebootNeeded,
];
