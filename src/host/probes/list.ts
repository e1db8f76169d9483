import { changedRecords } from './changed-records.ts';
import { containers } from './containers.ts';
import { derivedUnits } from './derived-units.ts';
import { dns } from './dns.ts';
import { failedUnits } from './failed-units.ts';
import { http } from './http.ts';
import { newNames } from './new-names.ts';
import { openedPorts } from './opened-ports.ts';
import type { Probe } from './probe.ts';
import { runningSystem } from './running-system.ts';
import { tcp } from './tcp.ts';
import { units } from './units.ts';

/** Every probe, in the order in which reports show them. */
export const probes: readonly Probe[] = [
  runningSystem,
  failedUnits,
  units,
  containers,
  http,
  tcp,
  dns,
  changedRecords,
  derivedUnits,
  openedPorts,
  newNames,
];
