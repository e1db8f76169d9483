import { approve } from './approve.ts';
import { cancel } from './cancel.ts';
import type { Command } from './command.ts';
import { deploy } from './deploy.ts';
import { dns } from './dns.ts';
import { free } from './free.ts';
import { help } from './help.ts';
import { lock } from './lock.ts';
import { logs } from './logs.ts';
import { locks } from './locks.ts';
import { plan } from './plan.ts';
import { reboot } from './reboot.ts';
import { rollback } from './rollback.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { unlock } from './unlock.ts';
import { verify } from './verify.ts';

/** The slash commands, in the order in which people read them. A new one joins here. */
export const commands: readonly Command[] = [
  help,
  plan,
  approve,
  deploy,
  status,
  verify,
  logs,
  rollback,
  reboot,
  dns,
  cancel,
  stop,
  lock,
  unlock,
  locks,
  free,
];
