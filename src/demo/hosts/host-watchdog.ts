import type { RemoteCommand } from '../../host/remote-command.ts';
import type { PracticeMachine } from './practice-machine.ts';

/** The content of `/run/systemd/shutdown/scheduled`: somebody's, or the watchdog's own. */
export function scheduledShutdown({ memory, failures }: PracticeMachine): string | null {
  const foreign = failures.of('shutdown-scheduled')[0]?.content ?? null;
  if (foreign !== null || memory.watchdog?.level !== 'reboot') return foreign;
  return `USEC=${memory.watchdog.until}000000\nWARN_WALL=0\nMODE=reboot\nUID=0\n`;
}

/** Arms or disarms: one scheduled shutdown for the whole host, whoever asked for it. It fires unless it is disarmed. */
export function answerWatchdog(
  machine: PracticeMachine,
  command: Extract<RemoteCommand, { kind: 'arm-watchdog' | 'disarm-watchdog' }>,
): string {
  const { memory, failures, journal } = machine;
  const foreign = failures.of('shutdown-scheduled').length > 0;
  if (command.kind === 'disarm-watchdog') {
    const { watchdog } = memory;
    if (watchdog !== null) clearTimeout(watchdog.timer);
    memory.watchdog = null;
    if (foreign) return 'foreign';
    return watchdog === null ? 'absent' : 'disarmed';
  }
  if (foreign && command.level === 'reboot') return 'foreign';
  const now = Math.floor(Date.now() / 1000);
  if (memory.watchdog === null) {
    const timer = setTimeout(() => {
      if (machine.memory !== memory) return;
      journal.write('reboot', 'the watchdog fires');
      machine.reboot();
    }, command.seconds * 1000);
    timer.unref();
    memory.watchdog = { level: command.level, until: now + command.seconds, timer };
  }
  return `armed ${memory.watchdog.until} ${now}`;
}
