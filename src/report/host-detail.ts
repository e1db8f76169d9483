import { outcomeMeanings } from '../core/outcome.ts';
import type { Refusal } from '../core/refusal.ts';
import { renderBuildError } from './build-error-text.ts';
import { tailOf } from './cut.ts';
import { nextAfter, renderReason } from './deploy-reasons.ts';
import type { DeployReport, DeployStepName, DeployWay } from './deploy-report.ts';
import { deployStepWords } from './deploy-step-words.ts';
import { renderDifference } from './difference.ts';
import { block, code, folded } from './markdown.ts';
import { outcomeSymbols } from './outcome-symbols.ts';
import { renderFindings } from './plan.ts';
import { refusalSentence } from './refusals.ts';
import { standingOf } from './standings.ts';

/** Everything about one host beside its line in the table. Short: without logs and paths, which the host and the worker's log hold too. */
export function hostDetail(host: DeployReport, form: 'whole' | 'short' = 'whole'): string[] {
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
        ? `${outcomeSymbols[later.outcome]} ${name} was caught up: it ended ${code(later.outcome)} in rollout ${code(later.rollout)}.`
        : `${outcomeSymbols[later.outcome]} ${name} answered again, and ended ${code(later.outcome)} in rollout ${code(later.rollout)}: see there.`;
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
