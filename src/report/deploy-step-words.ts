import type { DeployStepName } from './deploy-report.ts';

/** What a step is called in a report, and what happens in it. Steps of a revert read as the one that they repeat. */
export interface StepWords {
  readonly word: string;
  readonly summary: string;
}

export const deployStepWords: Readonly<Record<DeployStepName, StepWords>> = {
  look: {
    word: 'look',
    summary:
      'Reads what runs, what was booted, what is the boot default, the boot id and the units that failed before. A host that is busy, about to shut down or changed by hand is refused here.',
  },
  ship: {
    word: 'ship',
    summary:
      'Sends exactly this commit as a git bundle over the same ssh connection; the host needs no access to GitHub.',
  },
  build: {
    word: 'build',
    summary:
      'Builds the system of the commit, without root, detached from the connection. The system that already runs ends the deploy as `unchanged`; an error ends it as `build-failed`.',
  },
  keep: {
    word: 'keep',
    summary: 'Keeps the old and the new system from the garbage collector until the deploy has ended.',
  },
  compare: {
    word: 'compare',
    summary:
      'Tells what differs: packages, units, what waits for a reboot, and whether the system can be activated live at all.',
  },
  approve: {
    word: 'approve',
    summary: 'Asks GitHub once more whether this very commit may still be deployed.',
  },
  rehearse: {
    word: 'rehearse',
    summary: 'Only for `mode: dry`: asks the new system what its activation would do. The deploy ends as `unchanged`.',
  },
  arm: {
    word: 'arm watchdog',
    summary:
      'Only on hosts with a watchdog: arms what puts the old system back if nobody can reach the host afterwards. A shutdown that somebody else scheduled is never overwritten.',
  },
  test: {
    word: 'activate',
    summary: 'Activates the built system without touching the boot default: a reboot now brings the old system back.',
  },
  judge: {
    word: 'judge',
    summary:
      'Only where something went wrong: looks at the host again and decides whether there is anything to put back.',
  },
  probe: {
    word: 'verify',
    summary: 'Asks every probe over a new connection, until all are true or the time is up.',
  },
  disarm: {
    word: 'disarm watchdog',
    summary: 'Cancels it, now that the host is known to be well or back. Only what was armed by this deploy.',
  },
  boot: { word: 'make boot default', summary: 'Makes the system the boot default, now that it is known to be good.' },
  prove: { word: 'prove', summary: 'Reads back what the host would boot into. The deploy ends as `deployed`.' },
  reboot: {
    word: 'reboot',
    summary: 'Only for `/reboot`: reboots the host into the system that waits for it.',
  },
  rise: { word: 'come back', summary: 'Waits until the host is there again under a new boot id.' },
  'revert-test': {
    word: 'put back',
    summary: 'Activates the exact system that was recorded at the beginning, by its path.',
  },
  'revert-boot': {
    word: 'put back',
    summary: 'Makes it the boot default again, where that may have moved.',
  },
  'revert-prove': { word: 'prove', summary: 'Reads back what the host would boot into.' },
  'revert-probe': {
    word: 'verify',
    summary: 'Asks the probes about the old system. The deploy ends as `reverted`, and the host is held.',
  },
};
