import type { Finding } from '../core/finding.ts';
import { type CommitSha, type HostName, shortSha } from '../core/names.ts';
import type { Plan, PlannedHost, PlannedWay, PlannedZone } from '../core/plan.ts';
import { type Consent, errorsIn, openRisks, riskOf } from '../core/risk.ts';
import { code, count, folded, listed, plain, prose, table } from './markdown.ts';
import { renderPlannedProbes } from './planned-probes.ts';

const methods: Readonly<Record<Plan['method'], string>> = {
  paths:
    'by their own files, because the repository could not be read as a whole; a file outside every host’s own folder counts for all',
  imports:
    'by imports: from the changed file through each that uses it; this may name a host whose system stays the same, and leaves none out',
  evaluated:
    'by imports, and then exactly: each was evaluated before and after, and only those whose system differs are named',
};

/** The sticky comment of a pull request: hosts, zones with records, findings, commit, and the line to type. */
export function renderPlan(plan: Plan): string {
  const parts = [
    `### Plan for ${code(shortSha(plan.sha))}`,
    `${count(plan.hosts.length, 'host')} of ${plan.hosts.length + plan.untouched.length} would change${zoneWords(plan.zones)}.`,
    renderHosts(plan.hosts),
    renderWaves(plan.waves),
    renderWays(plan.ways),
    ...plan.zones.map(renderZone),
    renderPlannedProbes(plan.probes ?? []),
    renderFindings(plan.findings, plan.consent),
    plan.untouched.length === 0
      ? ''
      : folded(`${count(plan.untouched.length, 'host')} would not change`, namesOf(plan.untouched)),
    nextLine(plan),
    `<sub>Compared with ${code(shortSha(plan.base))}. Hosts are found ${methods[plan.method]}.</sub>`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** One line for the check run. */
export function planTitle(plan: Plan): string {
  const errors = errorsIn(plan.findings).length;
  const waiting = openRisks(plan.findings, plan.consent).length;
  return [
    count(plan.hosts.length, 'host'),
    count(plan.zones.length, 'zone'),
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(waiting > 0 ? [`${count(waiting, 'risk')} to approve`] : []),
  ].join(', ');
}

/** What stands in the sticky comment until the plan for a new head is ready. */
export function renderPlanning(sha: CommitSha): string {
  return `### Plan for ${code(shortSha(sha))}\n\nThe bot is reading this commit.`;
}

/** More rows than this are a wall between a reader and the findings below them. */
const mostRows = 25;
/** A chain longer than this is shown by its ends. */
const mostSteps = 6;
const mostWaveHosts = 60;
/** Chains and names beyond these would push what is said below them out of the comment. */
const mostChains = 150;
const mostNames = 600;

/** Each host with the chains of files by which the change reaches it. Empty where there is none. */
function renderHosts(hosts: readonly PlannedHost[]): string {
  if (hosts.length === 0) return '';
  const rows = hosts
    .slice(0, mostChains)
    .map(({ host, why, more }) => [
      code(host),
      [...why.map(renderChain), ...(more > 0 ? [`and ${more} more`] : [])].join('<br>'),
    ]);
  const whole = table(['Host', 'Because of'], rows);
  if (hosts.length <= mostRows) return whole;
  const rest = hosts.slice(mostChains).map(({ host }) => code(host));
  if (rest.length === 0) return folded(`Why each of the ${hosts.length} hosts`, whole);
  const others = `And ${count(rest.length, 'more host')}: ${listed(rest, mostNames)}.`;
  return folded(`The ${hosts.length} hosts, and why ${mostChains} of them`, `${whole}\n\n${others}`);
}

function namesOf(hosts: readonly HostName[]): string {
  const names = hosts.slice(0, mostNames).map(code).join(', ');
  return hosts.length > mostNames ? `${names} and ${hosts.length - mostNames} more` : names;
}

/** What is different about some hosts, told before anybody says yes. Empty where nothing is. */
function renderWays(ways: readonly PlannedWay[]): string {
  const line = (of: (way: PlannedWay) => boolean, what: (hosts: string) => string): string[] => {
    const hosts = ways.filter(of).map(({ host }) => code(host));
    return hosts.length === 0 ? [] : [`- ${what(listed(hosts))}`];
  };
  // A switch in one go has no watchdog, and a dry run nothing to watch.
  const watched = (by: PlannedWay['watchdog']) => (way: PlannedWay) => way.mode === 'safe' && way.watchdog === by;
  return [
    ...line(
      watched('reboot'),
      (hosts) =>
        `${hosts}: if the deploy cuts it off, a scheduled reboot brings back what it boots into now, with everything that does not outlive a reboot gone. A host with an encrypted disk may wait there for its passphrase.`,
    ),
    ...line(
      watched('unit'),
      (hosts) =>
        `${hosts}: if the deploy cuts it off, its watchdog unit activates what runs now again, and reboots it if that does not help.`,
    ),
    ...line(
      ({ mode }) => mode === 'switch',
      (hosts) =>
        `${hosts}: switches in one go; the boot default moves before anything is verified, and nothing watches.`,
    ),
    ...line(
      ({ mode }) => mode === 'dry',
      (hosts) => `${hosts}: is built and compared only; nothing is activated.`,
    ),
  ].join('\n');
}

/** One line for each wave, where there is more than one. */
function renderWaves(waves: readonly (readonly HostName[])[]): string {
  if (waves.length < 2) return '';
  const rows = waves.map((wave, index) => `${index + 1}. ${listed(wave.map(code))}`);
  const most = rows.length > mostRows || waves.flat().length > mostWaveHosts;
  const text = `${count(waves.length, 'wave')}, each begun when the one before it ended well:`;
  return most ? folded(text.slice(0, -1), rows.join('\n')) : `${text}\n\n${rows.join('\n')}`;
}

function renderChain(steps: readonly string[]): string {
  if (steps.length <= mostSteps) return steps.map(code).join(' → ');
  const between = steps.slice(2, -2);
  return [...steps.slice(0, 2).map(code), count(between.length, 'more file'), ...steps.slice(-2).map(code)].join(' → ');
}

function zoneWords(zones: readonly PlannedZone[]): string {
  return zones.length === 0
    ? ''
    : `, and the ${zones.length === 1 ? 'zone' : 'zones'} ${listed(zones.map(({ zone }) => code(zone)))}`;
}

export function renderZone({ zone, file, servers, serial, records }: PlannedZone): string {
  const served = servers.length === 0 ? '' : `, served by ${listed(servers.map(code))}`;
  const head = `**${plain(zone)}** (${code(file)}${served}): serial ${code(String(serial.before ?? 'none'))} → ${code(String(serial.after ?? 'none'))}`;
  if (records.length === 0) return `${head}. No record changes.`;
  const data = (values: readonly string[]) => (values.length === 0 ? '' : values.map(code).join('<br>'));
  const rows = records.map(({ action, name, type, before, after }) => [
    action,
    code(name),
    type,
    data(before),
    data(after),
  ]);
  return `${head}\n\n${table(['', 'Name', 'Type', 'Before', 'After'], rows)}`;
}

/** All findings, errors first. Empty where there is none. */
export function renderFindings(findings: readonly Finding[], consent: Consent | null = null): string {
  if (findings.length === 0) return '';
  const order = { error: 0, warning: 1, note: 2 } as const;
  const sorted = [...findings].sort((a, b) => order[a.level] - order[b.level]);
  const rows = sorted.map((finding) => {
    const { check, host, file, line, message } = finding;
    const place = file === undefined ? '' : code(line === undefined ? file : `${file}:${line}`);
    return [
      levelWords(finding, consent),
      check,
      [host === undefined ? '' : code(host), place].filter(Boolean).join(' '),
      prose(message),
    ];
  });
  return table(['Finding', 'From', 'Where', 'What'], rows);
}

function levelWords(finding: Finding, consent: Consent | null): string {
  if (finding.level !== 'error') return finding.level;
  if (riskOf(finding) === null) return '**error**';
  return openRisks([finding], consent).length > 0 ? '**risk**' : `risk, approved by ${code(consent?.by ?? '')}`;
}

function nextLine(plan: Plan): string {
  const [first] = plan.hosts;
  const errors = errorsIn(plan.findings).length;
  const waiting = openRisks(plan.findings, plan.consent).length;
  if (errors > 0)
    return `${count(errors, 'finding')} of level *error* must be mended before this is deployed, or set aside with ${code('--force --reason "why"')}.`;
  if (waiting > 0)
    return `${count(waiting, 'risk')} ${waiting === 1 ? 'wants' : 'want'} a person’s yes before anything is deployed: type ${code(`/approve @${shortSha(plan.sha)}`)}.`;
  if (first === undefined) return 'There is nothing to deploy; merging changes no host.';
  return `To try it on one host, type ${code(`/deploy ${first.host} @${shortSha(plan.sha)}`)}. Merging deploys ${plan.hosts.length === 1 ? 'it' : 'all of them'}.`;
}
