import { shortSha } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import type { Refusal } from '../core/refusal.ts';
import { renderBuildError } from './build-error-text.ts';
import type { DeployReport, DeployWay, DeployStepName, RolloutReport } from './deploy-report.ts';
import { needsReboot, renderDifference } from './difference.ts';
import { nextAfter, renderReason } from './deploy-reasons.ts';
import { fits, fitting, mostHosts, restWords, worstFirst } from './worst-first.ts';
import { deployStepWords } from './deploy-step-words.ts';
import { tailOf } from './cut.ts';
import { block, code, count, folded, listed, table, plain } from './markdown.ts';
import { renderFindings } from './plan.ts';
import { standingOf } from './standings.ts';
import { refusalSentence } from './refusals.ts';

const symbols: Readonly<Record<Outcome, string>> = {
  deployed: '✅',
  unchanged: '✅',
  'build-failed': '❌',
  reverted: '↩️',
  'reverted-by-reboot': '↩️',
  'boot-pending': '⏸️',
  offline: '💤',
  refused: '⛔',
  cancelled: '⏹️',
  'needs-hands': '🆘',
  unknown: '🆘',
};

/** The sticky comment of a rollout: where it stands, each host with its steps, findings, logs and what to do. */
export function renderRollout(report: RolloutReport): string {
  const head = [`### ${title(report)}`, headline(report)];
  const foot = `<sub>Rollout ${code(report.id)}, ${cause(report)}.</sub>`;
  const join = (parts: readonly string[]) => parts.filter((part) => part !== '').join('\n\n');
  const usual = report.hosts.length > mostHosts ? [] : report.hosts.flatMap((host) => hostDetail(host));
  const whole = join([...head, hostTable(report.kind, report.hosts), ...usual, foot]);
  if (fits(report.hosts.length, whole.length)) return whole;
  const hosts = worstFirst(report.hosts);
  const shown = hosts.slice(0, mostHosts);
  const table = join([...head, hostTable(report.kind, shown), restWords(hosts.slice(mostHosts)), foot]);
  const parts = shown.map((host) => ({ whole: join(hostDetail(host)), short: join(hostDetail(host, 'short')) }));
  const { texts, left } = fitting(parts, table.length + 200);
  const more =
    left === 0 ? '' : `${count(left, 'more host')} ${left === 1 ? 'has' : 'have'} details that do not fit here.`;
  return join([
    ...head,
    hostTable(report.kind, shown),
    restWords(hosts.slice(mostHosts)),
    ...texts,
    more === '' ? '' : `${more} ${code('/status <host>')} shows a host alone.`,
    foot,
  ]);
}

/** One line, for the check run and for a deployment's description. */
export function rolloutTitle(report: RolloutReport): string {
  if (report.state === 'running') return `${ended(report)} of ${count(report.hosts.length, 'host')} done`;
  if (report.kind === 'verify') {
    const well = report.hosts.filter((host) => host.well).length;
    return `${well} of ${count(report.hosts.length, 'host')} well`;
  }
  const counts = new Map<string, number>();
  for (const { outcome } of report.hosts) counts.set(outcome ?? 'open', (counts.get(outcome ?? 'open') ?? 0) + 1);
  return listed([...counts].map(([outcome, number]) => `${number} ${outcome}`));
}

function title(report: RolloutReport): string {
  const what = { deploy: 'Deploy', rollback: 'Rollback', verify: 'Verify', reboot: 'Reboot' }[report.kind];
  return report.sha === null ? what : `${what} of ${code(shortSha(report.sha))}`;
}

function headline(report: RolloutReport): string {
  const waves = report.waves > 1 ? `, wave ${report.wave} of ${report.waves}` : '';
  if (report.state === 'running')
    return `Running: ${ended(report)} of ${count(report.hosts.length, 'host')} done${waves}.${heldBack(report)}`;
  if (report.good)
    return report.kind === 'verify'
      ? `Done: ${rolloutTitle(report)}.`
      : `Done: ${rolloutTitle(report)}. ${leftToDo(report)}`;
  const people = report.hosts.filter(({ outcome }) => outcome !== null && outcomeMeanings[outcome].callsForPerson);
  const call =
    people.length === 0
      ? ''
      : ` **${listed(people.map(({ host }) => code(host)))} ${people.length === 1 ? 'needs' : 'need'} a person.**`;
  const stop =
    report.stopped === null
      ? ''
      : report.stopped.by !== null
        ? ` ${code(report.stopped.by)} stopped it.`
        : ` Later hosts were not begun, because ${listed(report.stopped.hosts.map(code))} ended badly in wave ${report.stopped.wave}.`;
  return `Done, and not all is well: ${rolloutTitle(report)}.${stop}${call}`;
}

/** The window closed in the middle: what is begun goes on, and nothing else begins. */
function heldBack({ waits, hosts }: RolloutReport): string {
  if (waits === null) return '';
  const waiting = hosts.filter(({ state: now }) => now === 'waiting').map(({ host }) => host);
  const why =
    waits.reason === null ? 'no window is open now (`deploy.windows`)' : `deploys are frozen: ${plain(waits.reason)}`;
  const when = waits.until === null ? 'when they open again' : `at ${minuteOf(waits.until)} UTC`;
  const now = code(`/deploy ${waiting.slice(0, 20).join(' ')} --force --reason "why"`);
  return ` ${listed(waiting.map(code))} ${waiting.length === 1 ? 'waits' : 'wait'}: ${why}. What has begun is brought to its end; the rest begins ${when}, or now with ${now}.`;
}

const minuteOf = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

function leftToDo({ hosts }: RolloutReport): string {
  const waiting = hosts.filter(({ outcome, difference }) => outcome === 'deployed' && needsReboot(difference));
  if (waiting.length === 0) return 'Nothing is left to do.';
  return `${listed(waiting.map(({ host }) => code(host)))} should be rebooted when that suits: see below.`;
}

function ended(report: RolloutReport): number {
  return report.hosts.filter(({ state }) => state === 'ended').length;
}

function hostTable(kind: RolloutReport['kind'], hosts: readonly DeployReport[]): string {
  const rows = hosts.map((host) => [code(host.host), state(host), steps(host), where(kind, host)]);
  return table(['Host', 'Outcome', 'Steps', 'Runs now'], rows);
}

function state(host: DeployReport): string {
  // A verify changes nothing, so its outcome is good however ill the host is.
  if (host.outcome !== null)
    return `${host.well || !outcomeMeanings[host.outcome].good ? symbols[host.outcome] : '❌'} ${host.outcome}`;
  if (host.queued !== null) return `queued behind ${code(host.queued.behind)} (${host.queued.position})`;
  return host.state;
}

function steps(host: DeployReport): string {
  return host.steps
    .map(({ name, state: how, tookMs }) => {
      const seconds = tookMs === null ? '' : ` ${(tookMs / 1000).toFixed(1)} s`;
      return `${how === 'failed' ? '✗ ' : ''}${deployStepWords[name].word}${how === 'running' ? ' …' : seconds}`;
    })
    .join(', ');
}

/** The hash is enough to tell two systems apart; the whole path is in the details. */
function where(kind: RolloutReport['kind'], { running, before, built, profile, outcome }: DeployReport): string {
  if (running === null) return outcome !== null && outcomeMeanings[outcome].callsForPerson ? 'not known' : '';
  const brought = kind === 'rollback' ? 'the system before' : 'the new system';
  const name =
    kind === 'verify' || built === before
      ? 'as before'
      : running === built
        ? brought
        : running === before
          ? 'what it ran before'
          : 'another system';
  const boots = profile === null || profile === running ? '' : ', boots into another';
  return `${name} ${code(running.slice(11, 19))}${boots}`;
}

/** Short: without logs and paths, which the host and the log of the worker hold too. */
function hostDetail(host: DeployReport, form: 'whole' | 'short' = 'whole'): string[] {
  const reason = host.reason;
  const next = reason === null || host.later !== null ? null : nextAfter(reason, host.host);
  const findings = [...host.findings, ...host.revertFindings];
  const putBackFor = host.putBackFor ?? null;
  const adopted = adoptedWords(host);
  const difference = renderDifference(host);
  if (
    reason === null &&
    adopted === '' &&
    watchdogWords(host) === '' &&
    host.ways.length === 0 &&
    difference.length === 0 &&
    findings.length === 0 &&
    Object.keys(host.logs).length === 0
  )
    return [];
  const sentence =
    reason === null
      ? ''
      : `${code(host.host)}: ${renderReason(reason)}. ${host.outcome === null ? '' : standingOf(host.outcome, reason.code)} <sub>${reason.code}</sub>`;
  const logs = (Object.entries(host.logs) as [DeployStepName, string][])
    .filter(([, log]) => log.trim() !== '')
    .map(([step, log]) =>
      folded(`${host.host}: end of the log of ${deployStepWords[step].word}`, block(tailOf(log, 6000))),
    );
  const paths = [
    ['before', host.before],
    ['built', host.built],
    ['running', host.running],
    ['boots into', host.profile],
  ] as const;
  const known = paths.flatMap(([what, path]) => (path === null ? [] : [`${what}: ${path}`]));
  const shown =
    known.length === 0 || (host.outcome !== null && outcomeMeanings[host.outcome].good)
      ? ''
      : folded(`${host.host}: systems`, block(known.join('\n')));
  return [
    sentence,
    putBackFor === null
      ? ''
      : `It ${isBack(reason) ? 'was' : 'was to be'} put back because ${renderReason(putBackFor)}.`,
    adopted,
    watchdogWords(host),
    ...host.ways.map((way) => `${code(host.host)} ${wayWords[way]}.`),
    ...difference,
    // What was wrong with the new system and what is wrong with the old one are two things.
    renderFindings(host.findings),
    host.revertFindings.length === 0 ? '' : `After it was put back:\n\n${renderFindings(host.revertFindings)}`,
    host.outcome === 'build-failed' ? renderBuildError(host.logs.build ?? '') : '',
    next === null ? '' : `Next: ${next}`,
    laterWords(host),
    ...(form === 'whole' ? [...logs, shown] : []),
  ].filter((part) => part !== '');
}

/** The old system was activated again, and something is wrong all the same. */
function isBack(reason: DeployReport['reason']): boolean {
  return reason?.code === 'old-system-unhealthy' || reason?.code === 'boot-default-unproven';
}

/** What became of a host that was offline: nobody should have to find out whether it still lacks the commit. */
function laterWords({ host, later, outcome }: DeployReport): string {
  const name = code(host);
  switch (later?.kind) {
    case undefined:
      return '';
    case 'waiting':
      if (later.why === null && outcome !== 'offline')
        return `Next: nothing. ${name} is brought to the newest merged commit that it missed once enough others of its group are there again.`;
      return later.why === null
        ? `Next: nothing. ${name} is asked again until it answers, and is then brought to the newest merged commit that it missed.`
        : `${name} is not brought to what it missed yet. ${whyNot(later.why)} It is asked again until then.`;
    case 'begun':
      return `${name} answers again and is brought to what it missed: rollout ${code(later.rollout)}.`;
    case 'ended':
      return outcomeMeanings[later.outcome].good
        ? `${symbols[later.outcome]} ${name} was caught up: it ended ${code(later.outcome)} in rollout ${code(later.rollout)}.`
        : `${symbols[later.outcome]} ${name} answered again, and ended ${code(later.outcome)} in rollout ${code(later.rollout)}: see there.`;
    case 'left':
      return `${name} is not brought to what it missed. ${whyNot(later.why)}`;
  }
}

function whyNot({ next, ...refusal }: Refusal): string {
  const said = refusalSentence(refusal);
  return next === undefined ? said : `${said} To go on, type ${code(next)}.`;
}

/** What each of the less usual ways promises less than the usual one. */
const wayWords: Readonly<Record<DeployWay, string>> = {
  switch: `is deployed by one ${code('switch')} (${code('mode: switch')}): its boot default moves before the probes are asked`,
  dry: `is in ${code('mode: dry')}: nothing is ever activated on it`,
  file: 'is built from a file that is no flake: which nixpkgs it takes is the host’s own affair',
  'old-rebuild': `has a ${code('nixos-rebuild')} without ${code('--store-path')}: it is told commits, evaluates each of them twice, and goes back to the commit that it ran`,
};

/** While it is armed everybody should know when it fires, and what a reboot brings back. */
function watchdogWords({ host, watchdog, before, outcome }: DeployReport): string {
  if (watchdog === null || watchdog.until === null) return '';
  const at = new Date(watchdog.until).toISOString().slice(11, 16);
  const old = before === null ? 'its old system' : `what it ran before (${code(before.slice(11, 19))})`;
  const does =
    watchdog.level === 'reboot'
      ? `the host reboots into ${old}`
      : `the host activates ${old}, and reboots if that fails`;
  return `${code(host)}: its watchdog is armed. Unless it is ${outcome === null ? 'verified' : 'disarmed'} before ${at} UTC, ${does}.`;
}

function adoptedWords({ host, adopted }: DeployReport): string {
  if (adopted === null) return '';
  return `${code(host)} did not run its boot default (${code(adopted.profile.slice(11, 19))}). As asked with ${code('--adopt')}, what it ran (${code(adopted.running.slice(11, 19))}) was taken as the system to go back to.`;
}

function cause({ cause: by, catchesUp }: RolloutReport): string {
  switch (by.kind) {
    case 'command':
      return `asked for by ${code(by.by)}${by.forced === null ? '' : `, who set a rule aside: ${plain(by.forced)}`}`;
    case 'merge':
      if (catchesUp)
        return `begun because the host answers again that was offline at the merge of pull request ${code(String(by.pullRequest))} by ${code(by.by)}`;
      return `begun by the merge of pull request ${code(String(by.pullRequest))} by ${code(by.by)}`;
  }
}
