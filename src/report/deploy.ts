import { shortSha } from '../core/names.ts';
import { outcomeMeanings } from '../core/outcome.ts';
import type { DeployReport, RolloutReport } from './deploy-report.ts';
import { needsReboot } from './difference.ts';
import { hostDetail } from './host-detail.ts';
import { outcomeSymbols } from './outcome-symbols.ts';
import { fits, fitting, mostHosts, restWords, worstFirst } from './worst-first.ts';
import { deployStepWords } from './deploy-step-words.ts';
import { code, count, listed, table, plain } from './markdown.ts';

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
    return `${host.well || !outcomeMeanings[host.outcome].good ? outcomeSymbols[host.outcome] : '❌'} ${host.outcome}`;
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
