import type { ReportedDns } from '../../src/report/dns-changes.ts';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/commands/list.ts';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { assert } from '../../src/core/bug.ts';
import type { Plan } from '../../src/core/plan.ts';
import {
  directTitle,
  renderDirectChange,
  renderOpened,
  renderOutsider,
  renderQuestion,
  renderWriting,
  renderWrittenChange,
} from '../../src/report/change.ts';
import { renderApproved } from '../../src/report/approval.ts';
import { renderConfigMistakes } from '../../src/report/config-mistakes.ts';
import { renderHelp, renderWithoutModel } from '../../src/report/help.ts';
import { planTitle, renderPlan, renderPlanning } from '../../src/report/plan.ts';
import { renderLogs, renderLogsNotAllowed, renderLogsUnread, renderNoLogs } from '../../src/report/logs.ts';
import { renderStatus } from '../../src/report/status.ts';
import { config, host, sha, system } from './fleet.ts';
import { golden } from './golden.ts';

const empty: Plan = {
  pullRequest: 4,
  sha: sha('8d62ec158f96'),
  base: sha('4fd1a2b3c4d5'),
  hosts: [],
  ways: [],
  waves: [],
  untouched: [host('griffin'), host('wolfhound'), host('blackjack')],
  method: 'paths',
  zones: [],
  findings: [],
  consent: null,
  changedFiles: ['README.md'],
};

const consul: Plan = {
  ...empty,
  hosts: [
    { host: host('griffin'), why: [['modules/consul.nix', 'hosts/griffin/default.nix', 'flake.nix']], more: 0 },
    {
      host: host('wolfhound'),
      why: [['hosts/wolfhound/default.nix', 'flake.nix'], ['secrets/wolfhound.yaml']],
      more: 2,
    },
  ],
  waves: [[host('wolfhound')], [host('griffin')]],
  untouched: [host('blackjack')],
  method: 'imports',
  zones: [
    {
      zone: 'fleet.lan',
      file: 'dns/fleet.lan.zone',
      servers: ['griffin'],
      serial: { before: 2026112201, after: 2026112202 },
      records: [
        { action: 'create', name: 'consul.fleet.lan', type: 'A', before: [], after: ['10.0.20.11', '10.0.20.12'] },
        {
          action: 'update',
          name: 'grafana.fleet.lan',
          type: 'CNAME',
          before: ['griffin.fleet.lan.'],
          after: ['anubis.fleet.lan.'],
        },
        { action: 'delete', name: 'old-wiki.fleet.lan', type: 'TXT', before: ['"a | b"'], after: [] },
      ],
    },
    { zone: 'lab.example', file: 'dns/lab.zone', servers: [], serial: { before: null, after: 1 }, records: [] },
  ],
};

const deep = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `modules/${name}.nix`);
const large: Plan = {
  ...empty,
  method: 'evaluated',
  hosts: Array.from({ length: 26 }, (_, index) => ({
    host: host(`h${index}`),
    why: [index === 0 ? [...deep, 'flake.nix'] : ['modules/a|b.nix', 'flake.nix']],
    more: 0,
  })),
  waves: [],
  untouched: [],
};

const bad: Plan = {
  ...consul,
  zones: [],
  findings: [
    { check: 'special-files', level: 'note', file: 'bin/run', message: 'the file becomes executable' },
    {
      check: 'own-config',
      level: 'error',
      file: '.github/fleetwright.yml',
      line: 3,
      message: '`hosts.griffin.port`: Invalid input',
    },
    {
      check: 'special-files',
      level: 'warning',
      file: 'vendor',
      message: 'a submodule is added or moved: its content is not part of this diff',
    },
  ],
};

const nsRisk = {
  check: 'zones-care',
  level: 'error',
  risk: 'fleet.lan. MX',
  file: 'dns/fleet.lan.zone',
  line: 12,
  message: 'needs a yes: the mail servers of fleet.lan. change',
} as const;
const risky: Plan = { ...consul, findings: [nsRisk] };

const mistaken = parseFleetConfig(
  'hosts:\n  griffin: {address: a, host_key: x, prot: 22}\n  wolfhound: {adress: b}\ndeploy: {paralel: 3, settle_seconds: -1}\nzones: {fleet.lan: {file: ../x, servers: [gryffin]}}\n',
);
assert(mistaken.kind === 'invalid', 'a config with mistakes');

const twoHosts = parseFleetConfig(`hosts: {solo: {address: a, host_key: "SHA256:${'A'.repeat(43)}"}}`);
assert(twoHosts.kind === 'config', 'a config with one host');

describe('what is planned and answered, as it is read', () => {
  golden('answers', {
    help: () => renderHelp(commands, config),
    'help-without-tags': () => renderHelp(commands, twoHosts.config),
    'without-model': renderWithoutModel,
    status: () =>
      renderStatus([
        {
          host: host('griffin'),
          current: {
            path: system('abc1234d', 'griffin'),
            sha: sha('8d62ec158f96'),
            at: Date.UTC(2026, 10, 22, 18, 47),
          },
          held: null,
          claimedBy: null,
          waiting: 0,
          locked: null,
          kept: null,
          pending: { sha: sha('4fd1a2b3c4d5') },
          missed: null,
        },
        {
          host: host('wolfhound'),
          current: null,
          held: null,
          claimedBy: null,
          waiting: 0,
          locked: null,
          kept: { by: 'ann', reason: 'its disk is being replaced', until: Date.UTC(2026, 10, 22, 20, 0) },
          pending: null,
          missed: { sha: sha('4fd1a2b3c4d5'), since: Date.UTC(2026, 10, 22, 19, 30), offline: true },
        },
        {
          host: host('blackjack'),
          current: { path: system('zyx9876w', 'blackjack'), sha: null, at: Date.UTC(2026, 10, 21, 9, 5) },
          held: { sha: sha('8d62ec158f96'), why: 'reverted' },
          claimedBy: 'c17-0',
          waiting: 2,
          locked: { reason: 'deploy c17-0', expiresAt: Date.UTC(2026, 10, 22, 18, 50) },
          kept: null,
          pending: null,
          missed: null,
        },
      ]),
    'plan-of-nothing': () => renderPlan(empty),
    'plan-with-hosts-and-zones': () => renderPlan(consul),
    'plan-with-one-host': () =>
      renderPlan({ ...empty, hosts: [{ host: host('griffin'), why: [['hosts/griffin/a b.nix']], more: 0 }] }),
    'plan-of-a-large-fleet': () => renderPlan(large),
    'plan-with-errors': () => renderPlan(bad),
    'plan-with-watchdogs-and-ways': () =>
      renderPlan({
        ...consul,
        ways: [
          { host: host('griffin'), mode: 'safe', watchdog: 'reboot' },
          { host: host('wolfhound'), mode: 'safe', watchdog: 'unit' },
          { host: host('blackjack'), mode: 'switch', watchdog: 'unit' },
          { host: host('anubis'), mode: 'dry', watchdog: 'none' },
        ],
      }),
    'plan-with-probes': () =>
      renderPlan({
        ...consul,
        probes: [
          {
            host: host('griffin'),
            derived: [
              { kind: 'unit', unit: 'consul.service', for: 'consul' },
              { kind: 'port', port: 8500, protocol: 'tcp', address: null, for: 'consul', own: true, existed: false },
              { kind: 'vhost', name: 'consul.fleet.lan', scheme: 'https', port: 443 },
            ],
            onlyTold: false,
            zones: ['fleet.lan'],
            declared: 3,
          },
          {
            host: host('wolfhound'),
            derived: [{ kind: 'unit', unit: 'consul.service', for: 'consul' }],
            onlyTold: true,
            zones: [],
            declared: 1,
          },
        ],
      }),
    'plan-with-probes-on-many-hosts': () =>
      renderPlan({
        ...large,
        probes: large.hosts.map(({ host }) => ({ host, derived: [], onlyTold: false, zones: [], declared: 1 })),
      }),
    logs: () =>
      renderLogs({
        host: host('wolfhound'),
        at: Date.UTC(2026, 10, 22, 18, 47),
        units: [
          {
            unit: 'nginx.service',
            state: 'failed (failed, exit-code)',
            text: '2026-11-22T18:46:58+00:00 wolfhound nginx[812]: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n2026-11-22T18:46:58+00:00 wolfhound systemd[1]: nginx.service: Failed with result exit-code.\n',
          },
          { unit: 'backup.service', state: null, text: '' },
        ],
        more: ['mail.service'],
      }),
    'logs-of-nothing': () => renderNoLogs(host('wolfhound')),
    'logs-not-allowed': () => renderLogsNotAllowed(host('wolfhound'), 'sudo: a password is required'),
    'logs-of-a-host-that-is-away': () => renderLogsUnread(host('wolfhound'), 'opening a connection: no route to host'),
    'plan-with-a-risk': () => renderPlan(risky),
    'plan-with-an-approved-risk': () =>
      renderPlan({ ...risky, consent: { by: 'ann', risks: ['zones-care: fleet.lan. MX'] } }),
    approved: () => renderApproved({ by: 'ann', sha: empty.sha, risks: [nsRisk.message] }),
    'plan-under-way': () => renderPlanning(empty.sha),
    'config-mistakes-on-the-default-branch': () => renderConfigMistakes(mistaken.findings, 'default-branch'),
    'config-mistakes-in-a-pull-request': () => renderConfigMistakes(mistaken.findings.slice(0, 1), 'here'),
    'direct-change': () =>
      renderDirectChange({
        issue: 1,
        asker: 'ann',
        dns,
        findings: [
          {
            check: 'dns-reverse',
            level: 'note',
            message: 'no reverse zone holds 10.0.20.12',
            file: 'dns/fleet.lan.zone',
            line: 31,
          },
        ],
      }),
    'direct-change-of-many-records': () =>
      renderDirectChange({
        issue: 1,
        asker: 'ann',
        dns: {
          ...dns,
          records: Array.from({ length: 170 }, (_, at) => ({ ...vault, name: `h${at}.fleet.lan.`, line: at })),
        },
        findings: [],
      }),
    'written-change-scripted': () => renderWrittenChange({ ...written, scripted: true }),
    'written-change': () => renderWrittenChange(written),
    'written-change-of-dns': () => renderWrittenChange({ ...written, dns }),
    opened: () => renderOpened(4),
    'being-written': () =>
      renderWriting(
        [
          { text: 'Write modules/consul.nix', done: true },
          { text: 'Add the DNS record', done: false },
        ],
        'now: dns consul',
      ),
    'being-written-at-first': () => renderWriting([], 'reading the repository'),
    question: () =>
      renderQuestion(
        {
          question: 'Which VLAN do the three servers talk over?',
          options: ['10, with ssh and metrics', '20, with the services'],
          recommended: '20, with the services',
        },
        'fleetwright',
      ),
    outsider: () => renderOutsider('mallory'),
  });

  test('titles are short and in the imperative', () => {
    expect([
      directTitle([vault]),
      directTitle([{ ...vault, action: 'update', type: 'CNAME', after: 'anubis.fleet.lan.' }]),
      directTitle([{ ...vault, action: 'delete', after: null }]),
      directTitle([vault, { ...vault, zone: 'lab.example.' }]),
      directTitle([{ ...vault, type: 'TXT', after: `"${'x'.repeat(300)}"` }]),
      directTitle([]),
    ]).toEqual([
      'Add A vault.fleet.lan 10.0.20.12',
      'Change CNAME vault.fleet.lan to anubis.fleet.lan',
      'Remove A vault.fleet.lan',
      'Change 2 DNS records in fleet.lan and lab.example',
      `Add TXT vault.fleet.lan "${'x'.repeat(39)}…`,
      'Change DNS records',
    ]);
    expect([planTitle(empty), planTitle(bad)]).toEqual(['0 hosts, 0 zones', '2 hosts, 0 zones, 1 error']);
  });
});

const vault = {
  action: 'create',
  name: 'vault.fleet.lan.',
  type: 'A',
  before: null,
  after: '10.0.20.12',
  ttl: { before: null, after: 3600 },
  zone: 'fleet.lan.',
  file: 'dns/fleet.lan.zone',
  line: 31,
} as const;

const dns: ReportedDns = {
  records: [
    vault,
    {
      ...vault,
      action: 'update',
      name: 'grafana.fleet.lan.',
      type: 'CNAME',
      before: 'griffin.fleet.lan.',
      after: 'anubis.fleet.lan.',
      ttl: { before: 3600, after: 300 },
      line: 12,
    },
    { ...vault, action: 'update', name: 'nas.fleet.lan.', before: '10.0.20.12', ttl: { before: 300, after: 3600 } },
    {
      ...vault,
      action: 'delete',
      name: '12.20.0.10.in-addr.arpa.',
      type: 'PTR',
      before: 'old|pipe.fleet.lan.',
      after: null,
      ttl: { before: null, after: null },
      zone: '20.0.10.in-addr.arpa.',
    },
  ],
  zones: [
    {
      zone: 'fleet.lan.',
      before: '2026112201',
      after: '2026112202',
      rule: 'YYYYMMDDnn: next of today',
      servers: ['griffin', 'anubis'],
      others: ['ns3.example.net.'],
    },
    {
      zone: '20.0.10.in-addr.arpa.',
      before: '17',
      after: '17',
      rule: 'Knot counts it by itself',
      servers: [],
      others: ['ns1.fleet.lan.'],
    },
    { zone: 'home.lan.', before: null, after: null, rule: '', servers: ['kestrel'], others: [] },
  ],
};

const written = {
  issue: 3,
  asker: 'ann',
  model: 'claude-opus-5-5',
  summary: 'Consul runs as three servers.\n\nIt listens on VLAN 20 only. Closes #1, says @mallory.',
  hosts: ['griffin', 'wolfhound'],
  risks: ['wolfhound restarts <nothing>'],
  verify: ['`consul members` lists three servers'],
  files: ['modules/consul.nix', 'dns/fleet.lan.zone'],
  turns: 8,
  dollars: 0.4321,
  scripted: false,
  dns: { records: [], zones: [] },
};
