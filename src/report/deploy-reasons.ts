import { type DeployReason, deployReasons, type ReportedReason } from './deploy-report.ts';
import { code, plain } from './markdown.ts';

type Facts = ReportedReason['facts'];

interface Words {
  /** What happened, in a sentence without its full stop. */
  readonly what: (facts: Facts) => string;
  /** What a person does next. */
  readonly next: (facts: Facts, host: string) => string;
}

const fact = (facts: Facts, name: string): string => {
  const value = facts[name];
  return value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
};
const listOf = (facts: Facts, name: string): readonly string[] => {
  const value = facts[name];
  return Array.isArray(value) ? value : [];
};
const detail = (facts: Facts, name: string): string =>
  fact(facts, name) === '' ? '' : ` (${plain(fact(facts, name))})`;
const say = (text: string) => () => text;
const again = (_facts: Facts, host: string) => `Type ${code(`/deploy ${host}`)} when that is over.`;
const look = (_facts: Facts, host: string) => `Look at the host, then type ${code(`/verify ${host}`)}.`;
const lost = (_facts: Facts, host: string) =>
  `See whether it answers at all (its console, its network), then type ${code(`/verify ${host}`)}.`;
const retry = (_facts: Facts, host: string) => `Type ${code(`/deploy ${host}`)} to try it again.`;
const reboot = (facts: Facts, host: string) =>
  `When it may go down, type ${code(`/reboot ${host} @${fact(facts, 'commit') || '<commit>'}`)}. Any other reboot brings the new system too, unwatched.`;
const log = say('Read the log below, push a fix, and the next plan says what it changes.');

const words: Readonly<Record<DeployReason, Words>> = {
  'switch-running': {
    what: (facts) => `somebody else’s switch is running on the host${detail(facts, 'by')}`,
    next: again,
  },
  'shutdown-scheduled': {
    what: (facts) => `a shutdown is scheduled on the host${detail(facts, 'scheduled')}`,
    next: say('Cancel it on the host, or wait until it is over.'),
  },
  'running-is-not-profile': {
    what: say('the host does not run its own profile: somebody changed it by hand'),
    next: (_facts, host) =>
      `Switch the host to its profile, or make what it runs the profile, then deploy again. To take what it runs as the system to go back to, type ${code(`/deploy ${host} --adopt`)}.`,
  },
  'link-missing': {
    what: (facts) => `a link of the running system is missing${detail(facts, 'link')}`,
    next: say('Look at the host: it is not a healthy NixOS system.'),
  },
  'disk-low': {
    what: (facts) => `too little space is left on the host${detail(facts, 'disks')}`,
    next: say('Make room on the host (`nix-collect-garbage`, fewer boot entries), then deploy again.'),
  },
  'nix-too-old': {
    what: (facts) => `the host’s Nix knows no flakes${detail(facts, 'nix')}`,
    next: say('Update Nix on the host to 2.4 or newer by hand, once.'),
  },
  'shutdown-inhibited': {
    what: (facts) => `something keeps the host from going down just now${detail(facts, 'by')}`,
    next: again,
  },
  'watchdog-impossible': {
    what: (facts) => `the host cannot have the watchdog that the config names${detail(facts, 'why')}`,
    next: say('Set `watchdog` of this host to a level that it can have, or to `none`.'),
  },
  'nothing-pending': {
    what: say('no system waits on the host for a reboot'),
    next: (_facts, host) => `Type ${code(`/status ${host}`)} to see where it is.`,
  },
  'detached-runs-killed': {
    what: say('logind ends the account’s processes at logout, which would kill the switch half-way'),
    next: say('Import the service-account module, or run `loginctl enable-linger` for the account.'),
  },
  'dialect-missing': {
    what: say('the host has no `nixos-rebuild` that the bot can speak to'),
    next: say('Install `nixos-rebuild` on the host, or look whether it is a NixOS host at all.'),
  },
  'dialect-without-store-path': {
    what: say('the host’s `nixos-rebuild` has no `--store-path`, without which this cannot be done on it'),
    next: say('Update the host by hand once.'),
  },
  'no-way-back': {
    what: say(
      'the host’s `nixos-rebuild` is older than `--store-path`, and which commit it runs is not known, so it could only be put back by a reboot',
    ),
    next: (_facts, host) =>
      `Update the host by hand once. If a reboot will do as the way back, type ${code(`/deploy ${host} --adopt`)}: from then on the commit is known.`,
  },
  'dry-mode': {
    what: say('the host is in `mode: dry`: the commit was built and shown, and nothing was activated'),
    next: say('Nothing. Set `mode` of this host in the config file when it is to be deployed to.'),
  },
  'several-not-ready': {
    what: (facts) => {
      const each = deployReasons.filter((reason) => listOf(facts, 'reasons').includes(reason));
      return `several things stand in the way${each.length === 0 ? '' : `: ${each.map((reason) => words[reason].what(facts)).join('; ')}`}`;
    },
    next: say('Set each of them right, then deploy again.'),
  },
  'head-moved': {
    what: say('the pull request moved on while the deploy was waiting'),
    next: ({ current }, host) =>
      current === undefined
        ? 'Read the new plan, then deploy again.'
        : `Read the new plan, then type ${code(`/deploy ${host} @${String(current)}`)}.`,
  },
  'not-approved': {
    what: (facts) => `the commit may no longer be deployed${detail(facts, 'code')}`,
    next: say('Read the plan again: it names what stands open.'),
  },
  'approval-unanswered': {
    what: say('GitHub could not be asked whether the commit may still be deployed'),
    next: (_facts, host) => `Type ${code(`/deploy ${host}`)} when GitHub answers again.`,
  },
  held: {
    what: (facts) => `the host is held${detail(facts, 'since')} and the commit changes nothing for it`,
    next: (_facts, host) => `Type ${code(`/deploy ${host}`)} to bring it to this commit all the same.`,
  },
  'too-few-available': {
    what: (facts) =>
      `as many hosts of the tag ${code(fact(facts, 'tag') || '…')} are away as may be${detail(facts, 'most')}${listOf(facts, 'hosts').length === 0 ? '' : `: ${listOf(facts, 'hosts').map(code).join(', ')}`}`,
    next: (_facts, host) => `Bring them back, then type ${code(`/deploy ${host}`)}.`,
  },
  'nothing-recorded': {
    what: say('no earlier system of this host is recorded, so there is nothing to go back to'),
    next: say('Deploy a commit that holds what you want back.'),
  },
  'path-missing': {
    what: say('the recorded system is no longer in the host’s store'),
    next: say('Push a commit that brings the system anew; nothing else keeps it in the store.'),
  },
  'ship-not-accepted': { what: say('the host did not take the commit'), next: log },
  'login-impossible': {
    what: (facts) => `the host does not let the bot in${detail(facts, 'detail')}`,
    next: say('Check the host key in the config file and the account’s key on the host.'),
  },
  'command-impossible': {
    what: (facts) => `the host cannot run what a deploy needs${detail(facts, 'detail')}`,
    next: say('Compare the account’s sudo rules and programs on the host with those of the service-account module.'),
  },
  'step-timed-out': {
    what: (facts) => `the step ${fact(facts, 'step') === '' ? '' : `${code(fact(facts, 'step'))} `}took too long`,
    next: retry,
  },
  'evaluation-failed': { what: say('the configuration does not evaluate for this host'), next: log },
  'build-failed': { what: say('the configuration does not build for this host'), next: log },
  'no-such-host': {
    what: (facts) => `the flake has no ${code(`nixosConfigurations.${fact(facts, 'attribute') || '…'}`)}`,
    next: say('Set `attribute` for this host in the config file.'),
  },
  'no-such-commit': { what: say('the commit is not in the repository on the host'), next: retry },
  'build-timed-out': {
    what: say('the build took longer than `deploy.build_seconds`'),
    next: say('Look why the build takes so long, or raise `deploy.build_seconds`, then deploy again.'),
  },
  'activation-failed': {
    what: (facts) =>
      `the activation failed${fact(facts, 'exitCode') === '' ? '' : ` (exit code ${plain(fact(facts, 'exitCode'))})`}`,
    next: log,
  },
  'activation-unanswered': { what: say('the activation ended without telling how'), next: log },
  'probes-failed': {
    what: say('a probe failed after the activation'),
    next: say('The findings say which. Push a fix; the host stays where it is until then.'),
  },
  'boot-not-set': {
    what: say('the system could not be made the boot default'),
    next: say('Look at the boot loader of the host and at the space on /boot, then deploy again.'),
  },
  'host-rebooted': {
    what: say('the host rebooted before the system was made its boot default'),
    next: (_facts, host) => `Find out who rebooted it, then type ${code(`/deploy ${host}`)} to try the commit again.`,
  },
  'watchdog-rebooted': {
    what: say('the host went out of reach or did not end its activation, and was rebooted before it was verified'),
    next: say(
      'What it wrote until then is in its journal (`journalctl -b -1` on the host). Push a fix; the host stays where it is until then.',
    ),
  },
  'watchdog-reverted': {
    what: say('the host could not be verified in time, and its watchdog put the old system back'),
    next: say('What it wrote until then is in its journal. Push a fix; the host stays where it is until then.'),
  },
  'watchdog-not-disarmed': {
    what: say('the watchdog could not be disarmed, and would have taken the new system back later'),
    next: say('Compare the account’s sudo rules on the host with those of the service-account module.'),
  },
  'came-up-old': {
    what: say('the host rebooted and came up in its old system, not in the one that was its boot default'),
    next: say('Look at the boot loader of the host, and at the space on /boot.'),
  },
  'reboot-not-begun': {
    what: (facts) => `the host did not go down${detail(facts, 'detail')}`,
    next: (_facts, host) =>
      `See why on the host (${code('systemctl list-jobs')}), then type the ${code(`/reboot ${host}`)} line again.`,
  },
  inhibited: {
    what: (facts) =>
      `the change cannot be activated while the host runs${detail(facts, 'what')}; the new system is its boot default now`,
    next: reboot,
  },
  'init-interface': {
    what: say(
      'the new system’s init cannot take over from the one that runs; the new system is the boot default of the host now',
    ),
    next: reboot,
  },
  unreachable: {
    what: (facts) => `the host could not be reached${detail(facts, 'detail')}`,
    next: (_facts, host) => `Type ${code(`/deploy ${host}`)} when it answers again.`,
  },
  'cancelled-by-person': {
    what: (facts) => `it was taken back${fact(facts, 'by') === '' ? '' : ` by ${code(fact(facts, 'by'))}`}`,
    next: (_facts, host) => `Nothing, or type ${code(`/deploy ${host}`)} to bring it after all.`,
  },
  'wave-stopped': {
    what: say('another host of its wave went bad before it began'),
    next: say('See to the host that ended badly; this one is deployed with the next commit, or by `/deploy`.'),
  },
  'earlier-wave-failed': {
    what: say('an earlier wave went bad'),
    next: say('See to the host that ended badly; this one is deployed with the next commit, or by `/deploy`.'),
  },
  'unreachable-while-activating': { what: say('the host went out of reach during the activation'), next: lost },
  'unreachable-after-activation': { what: say('the host went out of reach after the activation'), next: lost },
  'unreachable-while-reverting': { what: say('the host went out of reach while it was being put back'), next: lost },
  'activation-hangs': {
    what: say('the activation does not end'),
    next: (_facts, host) =>
      `See on the host what it waits for (${code('systemctl list-jobs')}); once its switch has ended, type ${code(`/verify ${host}`)}.`,
  },
  'revert-failed': {
    what: say('the host could not be put back'),
    next: say('Log in and switch it to the system named under “before”.'),
  },
  'revert-inhibited': {
    what: say('the host can only be put back by a reboot'),
    next: say('Reboot it: its boot default is still the old system.'),
  },
  'old-system-missing': {
    what: say('the old system is no longer in the host’s store'),
    next: say(
      'Log in, and bring the host to a system that is in its store; then look at its profile before anything reboots it.',
    ),
  },
  'old-system-unhealthy': { what: say('the host is back on its old system, which is not well either'), next: look },
  'boot-default-unproven': {
    what: say('what the host would boot into could not be proven'),
    next: say('Look at its profile before anything reboots it.'),
  },
  'changed-by-others': { what: say('somebody else changed the host during the deploy'), next: look },
  'rebooted-into-profile': {
    what: say('the host rebooted during the deploy, and came up in its boot default, which is not what it ran before'),
    next: look,
  },
  'did-not-come-back': {
    what: say('the host went down for its reboot and did not come back in time'),
    next: say('Look at its console. An older entry of its boot menu is the system that it ran before.'),
  },
  'gave-up': { what: say('the deploy was tried too often without an answer'), next: look },
};

/** Why a deploy ended so, as half a sentence of Markdown. */
export function renderReason(reason: ReportedReason): string {
  return words[reason.code].what(reason.facts);
}

/** What to do about it, as a sentence. */
export function nextAfter(reason: ReportedReason, host: string): string {
  return words[reason.code].next(reason.facts, host);
}
