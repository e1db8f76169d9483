import { describe, expect, test } from 'vitest';
import type { PullRequestSnapshot, Snapshot } from '../../src/commands/command.ts';
import { addressedTo, decideComment } from '../../src/commands/decide.ts';
import { noFlags } from '../../src/commands/flags.ts';
import { readCommands } from '../../src/commands/read-commands.ts';
import { assert } from '../../src/core/bug.ts';
import { isRefusal, type Refusal, refusalCodes, refuse } from '../../src/core/refusal.ts';
import { planDnsChange } from '../../src/dns/plan-change.ts';
import { openZone } from '../../src/dns/zone.ts';
import { renderRefusal, renderRefusals } from '../../src/report/refusals.ts';
import { mayDeployMerge } from '../../src/rollout/may-deploy-merge.ts';
import { readAsk } from '../../src/writer/direct/read-ask.ts';
import { resolveAsks } from '../../src/writer/direct/resolve-ask.ts';
import { mayDeploy, type Verdict } from '../../src/jobs/verdict.ts';
import { config, host, sha } from './fleet.ts';
import { golden } from './golden.ts';

const pullRequest: PullRequestSnapshot = {
  number: 7,
  state: 'open',
  fromFork: false,
  recordedHead: sha('4fd1'),
  shownHead: sha('4fd1'),
  mergeCommit: null,
  ownBranch: null,
};

/** What is said to a comment, with the facts that the commands themselves give. */
function said(body: string, change: Partial<PullRequestSnapshot> = {}, mayWrite = true): string {
  const snapshot: Snapshot = { author: 'mallory', mayWrite, config, pullRequest: { ...pullRequest, ...change } };
  const decided = decideComment(addressedTo(readCommands(body)), snapshot);
  return renderRefusals(
    decided.map(({ line, decision }) => {
      assert(isRefusal(decision), `a refusal of ${line.text}`);
      return { refusal: decision, typed: line.text };
    }),
  );
}

const soa = '$TTL 3600\n@ IN SOA ns1 hostmaster 2026112201 7200 3600 1209600 300\n NS ns1\nns1 A 10.0.20.11\n';
const forward = `${soa}griffin A 10.0.20.11\nanubis A 10.0.20.14\ntwin A 10.0.20.21\ntwin A 10.0.20.22\ngrafana CNAME griffin\n`;
const now = Date.UTC(2026, 10, 22, 12);

/** What is said to an ask, with the facts that the DNS engine itself gives. */
function asked(text: string, zones: Readonly<Record<string, string>> = { 'fleet.lan': forward }): string {
  const asks = readAsk(text);
  if (isRefusal(asks)) return renderRefusal(asks);
  const files = new Map(Object.entries(zones).map(([zone, file]) => [`dns/${zone}.zone`, file]));
  const sources = Object.keys(zones).map((zone) => ({ zone, file: `dns/${zone}.zone` }));
  const opened = sources.map((source) => openZone(source, files));
  const open = opened.flatMap((zone) => (isRefusal(zone) ? [] : [zone]));
  const changes = resolveAsks(asks, { zones: open, hosts: new Map([['blackjack', '10.0.20.13']]) });
  if (isRefusal(changes)) return renderRefusal(changes);
  const planned = planDnsChange({ zones: sources, files }, changes, now);
  assert(isRefusal(planned), `a refusal of ${text}`);
  return renderRefusal(planned);
}

function merged(): Refusal {
  const facts = { host: host('wolfhound'), merge: sha('8d62'), hostCommit: sha('4fd1') };
  const refusal = mayDeployMerge({ ...facts, isAncestor: false, mergedHeads: [] });
  assert(refusal !== null, 'a merge that would undo something');
  return refusal;
}

function refusedBy(verdict: Verdict): string {
  const refusal = mayDeploy(sha('4fd1'), { verdict, consent: null, flags: noFlags }, '/deploy wolfhound');
  assert(refusal !== null, 'a commit that may not be deployed');
  return renderRefusal(refusal, '/deploy wolfhound');
}

const head = sha('4fd1').slice(0, 12);

const texts: Readonly<Record<string, () => string>> = {
  'repository-not-allowed': () => renderRefusal(refuse('repository-not-allowed', { repository: 'eve/fleet' })),
  'no-write-permission': () => said('/deploy wolfhound', {}, false),
  'fork-pull-request': () => said('/deploy wolfhound', { fromFork: true }),
  'unknown-command-near': () => said('/depoly wolfhound'),
  'unknown-command': () => said('/frobnicate'),
  'bad-arguments-no-host': () => said('/deploy'),
  'bad-arguments-two-commits': () => said('/deploy wolfhound @0123456789ab @ba9876543210'),
  'bad-arguments-short-commit': () => said('/deploy wolfhound @012345'),
  'bad-arguments-one-host': () => said('/rollback wolfhound griffin'),
  'bad-arguments-address': () => asked('Add an A record consul.fleet.lan fd00::30'),
  'unknown-host-near': () => said('/deploy wolfhuond'),
  'unknown-host': () => said('/deploy medusa'),
  'unknown-host-in-an-ask': () => asked('Point grafana at annubis'),
  'unknown-tag': () => said('/deploy #metric'),
  'unknown-unit': () =>
    renderRefusal(refuse('unknown-unit', { host: 'wolfhound', unit: 'consul.service', failed: [] }, '/logs wolfhound')),
  'unknown-unit-with-others': () =>
    renderRefusal(
      refuse('unknown-unit', { host: 'wolfhound', unit: 'consul', failed: ['nginx.service'] }, '/logs wolfhound'),
    ),
  'bad-arguments-no-unit': () => said('/logs wolfhound --file=/etc/shadow'),
  'ask-not-understood': () => asked('/dns frob consul'),
  'ask-ambiguous-record': () => asked('/dns remove twin'),
  'ask-ambiguous-zone': () => asked('Add A consul 10.0.20.30', { 'fleet.lan': forward, 'lab.example': soa }),
  'ask-ambiguous-address': () => asked('Add A consul twin'),
  'no-model': () => renderRefusal(refuse('no-model')),
  'head-unknown': () => said('/deploy wolfhound', { recordedHead: null }),
  'head-moved': () => said('/deploy wolfhound', { shownHead: sha('1111') }),
  'head-moved-never-shown': () => said('/deploy wolfhound', { shownHead: null }),
  'sha-mismatch': () => said('/deploy wolfhound @111111111111'),
  'not-an-ancestor': () => renderRefusal(merged()),
  overtaken: () =>
    renderRefusal(refuse('overtaken', { host: 'wolfhound', merge: sha('4fd1'), hostCommit: sha('8d62') })),
  'commit-not-merged': () => renderRefusal(refuse('commit-not-merged', { host: 'wolfhound', merge: sha('4fd1') })),
  'commit-failed': () =>
    renderRefusal(
      refuse('commit-failed', { host: 'wolfhound', merge: sha('4fd1'), hosts: ['griffin'] }, '/deploy wolfhound'),
    ),
  'commit-stopped': () =>
    renderRefusal(refuse('commit-failed', { host: 'wolfhound', merge: sha('4fd1'), hosts: [] }, '/deploy wolfhound')),
  'away-too-long': () =>
    renderRefusal(refuse('away-too-long', { host: 'wolfhound', merge: sha('4fd1'), days: 30 }, '/deploy wolfhound')),
  'pull-request-closed': () => said('/deploy wolfhound', { state: 'closed' }),
  'findings-open': () => refusedBy({ errors: ['zones', 'zones-serial', 'zones'], risks: [] }),
  'approval-needed': () =>
    refusedBy({
      errors: [],
      risks: [{ risk: 'zones-care: fleet.lan. NS', message: 'needs a yes: the name servers of fleet.lan. change' }],
    }),
  'nothing-to-approve': () => renderRefusal(refuse('nothing-to-approve', { sha: sha('4fd1') }), '/approve'),
  'nothing-to-approve-no-plan': () => renderRefusal(refuse('nothing-to-approve', {}, '/plan'), '/approve'),
  'config-missing': () => renderRefusal(refuse('config-missing'), '/status'),
  'config-invalid': () => renderRefusal(refuse('config-invalid', { count: 2 }), '/status'),
  'zone-not-found': () => asked('Add an A record consul.example.com 10.0.20.30'),
  'zone-not-found-empty': () => asked('Add an A record consul.example.com 10.0.20.30', {}),
  'zone-unreadable': () =>
    asked('Add A broken.fleet.lan 10.0.20.9', { 'fleet.lan': `${forward}broken A 10.0.20.999\n` }),
  'record-exists': () => asked('Add an A record griffin.fleet.lan 10.0.20.11'),
  'record-not-found-near': () => asked('Remove the A record grifin.fleet.lan'),
  'record-not-found-other-type': () => asked('Remove the TXT record griffin.fleet.lan'),
  'record-conflict': () => asked('Add an A record grafana.fleet.lan 10.0.20.30'),
  'record-conflict-apex': () => asked('Add a CNAME record @ anubis.fleet.lan'),
  'serial-unreadable': () =>
    asked('Add A consul 10.0.20.30', { 'fleet.lan': forward.replace('2026112201', '202611220100') }),
  'zone-proof-failed': () =>
    renderRefusal(
      refuse('zone-proof-failed', {
        zone: 'fleet.lan.',
        file: 'dns/fleet.lan.zone',
        reason: 'named-compilezone would not take the zone any more: dns/fleet.lan.zone:10: bad owner name',
      }),
    ),
  'host-locked': () =>
    renderRefusal(refuse('host-locked', { host: 'griffin', owner: 'ann', reason: 'disk is being replaced' })),
  'host-locked-until': () =>
    renderRefusal(
      refuse(
        'host-locked',
        { host: 'griffin', owner: 'ann', reason: 'moving racks', until: '2026-11-22T22:00:00.000Z' },
        '/deploy griffin --force --reason "why"',
      ),
    ),
  'outside-window': () =>
    renderRefusal(
      refuse('outside-window', { opens: '2026-11-27T21:00:00.000Z' }, '/deploy griffin --force --reason "why"'),
    ),
  'outside-window-frozen-merge': () =>
    renderRefusal(
      refuse('outside-window', { reason: 'the holidays', opens: '2027-01-02T23:00:00.000Z', waits: 'yes' }),
    ),
  'not-locked': () => renderRefusal(refuse('not-locked', { hosts: ['griffin'] }, '/locks')),
  'not-held': () => renderRefusal(refuse('not-held', { hosts: ['griffin', 'blackjack'] }, '/status')),
  'nothing-running': () => renderRefusal(refuse('nothing-running', { elsewhere: ['#12', '#14'] })),
  'host-held': () => renderRefusal(refuse('host-held', { hosts: ['blackjack'] }, '/deploy blackjack')),
  'nothing-pending': () => renderRefusal(refuse('nothing-pending', { host: 'griffin' }, '/status griffin')),
  'host-held-several': () => renderRefusal(refuse('host-held', { hosts: ['griffin', 'blackjack'] }, '/deploy griffin')),
  'host-key-unknown': () => renderRefusal(refuse('host-key-unknown', { host: 'griffin' })),
  'host-not-ready': () =>
    renderRefusal(refuse('host-not-ready', { host: 'griffin', reason: 'a shutdown is scheduled' })),
  'stale-fencing-token': () => renderRefusal(refuse('stale-fencing-token', { host: 'griffin' })),
  'edit-not-allowed': () =>
    renderRefusal(refuse('edit-not-allowed', { file: 'secrets/griffin.yaml', reason: 'it is encrypted' })),
  'budget-spent': () => renderRefusal(refuse('budget-spent', { reason: 'turns' })),
  'budget-spent-otherwise': () => renderRefusal(refuse('budget-spent', { reason: 'the model ended without a change' })),
  'question-open': () => renderRefusal(refuse('question-open')),
  'model-declined': () => renderRefusal(refuse('model-declined', { category: 'cyber' })),
  'several-in-one-comment': () => said('/deploy wolfhuond\n/frobnicate'),
};

describe('every refusal, as it is read', () => {
  golden('refusals', texts);

  test('each code has a text', () => {
    const shown = new Set(Object.values(texts).flatMap((text) => /<sub>([a-z-]+)<\/sub>/.exec(text())?.[1] ?? []));
    expect(refusalCodes.filter((code) => !shown.has(code))).toEqual([]);
  });

  test.each(Object.entries(texts))('%s has no hole where a fact is missing', (_name, text) => {
    expect(text()).not.toMatch(/` *`|undefined|null|NaN|\(\)|: *\.|\.\.|,\s*\./);
  });

  test.each(Object.entries(texts))(
    '%s begins no line with a slash, which another bot would take for a command',
    (_name, text) => {
      expect(text()).not.toMatch(/^\//m);
    },
  );

  test('the line to type is the line that works', () => {
    expect(said('/deploy wolfhound', { shownHead: sha('1111') })).toContain(`\`/deploy wolfhound @${head}\``);
    const snapshot: Snapshot = {
      author: 'ann',
      mayWrite: true,
      config,
      pullRequest: { ...pullRequest, shownHead: null },
    };
    const [decided] = decideComment(addressedTo(readCommands(`/deploy wolfhound @${head}`)), snapshot);
    expect(decided?.decision).toMatchObject({ kind: 'deploy', sha: sha('4fd1') });
  });
});
