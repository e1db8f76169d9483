import { createSocket } from 'node:dgram';
import { connect as connectTcp } from 'node:net';
import dnsPacket, { type Answer, type RecordType } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFleetConfig } from '../../../src/config/parse-fleet-config.ts';
import { parseStorePath } from '../../../src/core/names.ts';
import { practiceConfig } from '../../../src/demo/hosts/practice-config.ts';
import { consulEdits, replacedOnce } from '../../../src/demo/story/consul-edits.ts';
import { activate, type Practice, shipAndBuild, startPractice } from './raw-host.ts';

let practice: Practice;
beforeEach(async () => {
  practice = await startPractice(['griffin', 'wolfhound', 'anubis', 'kestrel']);
});
afterEach(() => practice.close());

/** Brings a host to a commit, or only to `test`. */
async function activated(host: string, changes: Readonly<Record<string, string | null>>): Promise<void> {
  const connection = await practice.connect(host);
  const path = parseStorePath(
    (await shipAndBuild(practice, connection, host, practice.repository.commit(changes))).result ?? '',
  );
  if (path === null) throw new Error('not built');
  await activate(connection, 'test', path);
  connection.end();
}

/** The Consul change of the story, as files. */
function consul(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const edit of consulEdits) {
    if (edit.kind === 'create') files[edit.path] = edit.content;
    if (edit.kind !== 'replace') continue;
    const after = replacedOnce(practice.repository.textAt(edit.path), edit.oldText, edit.newText);
    if (after !== null) files[edit.path] = after;
  }
  return files;
}

function newRecord(): Record<string, string> {
  const path = 'dns/fleet.lan.zone';
  const text = practice.repository.textAt(path).replace('2026111402', '2026112201');
  return { [path]: `${text}consul IN A 10.0.20.30\n` };
}

async function statusOf(host: string, port: number, path: string): Promise<number | 'closed'> {
  const at = await practice.hosts.host(host).portFor(port);
  try {
    return (await fetch(`http://127.0.0.1:${at}${path}`)).status;
  } catch {
    return 'closed';
  }
}

async function accepts(host: string, port: number): Promise<boolean> {
  const at = await practice.hosts.host(host).portFor(port);
  return new Promise((resolve) => {
    const socket = connectTcp(at, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

interface Reply {
  readonly code: string | undefined;
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
}

/** Null: no answer came. */
async function ask(host: string, name: string, type: RecordType, over: 'udp' | 'tcp' = 'udp'): Promise<Reply | null> {
  const at = await practice.hosts.host(host).portFor(53);
  const query = { type: 'query' as const, id: 4711, questions: [{ name, type }] };
  const reply = await new Promise<ReturnType<typeof dnsPacket.streamDecode> | null>((resolve) => {
    if (over === 'tcp') {
      const socket = connectTcp(at, '127.0.0.1', () => socket.write(dnsPacket.streamEncode(query)));
      socket.on('data', (bytes) => {
        socket.destroy();
        resolve(dnsPacket.streamDecode(bytes));
      });
      socket.on('error', () => resolve(null));
      return;
    }
    const socket = createSocket('udp4');
    const timer = setTimeout(() => {
      socket.close();
      resolve(null);
    }, 300);
    socket.on('message', (bytes) => {
      clearTimeout(timer);
      socket.close();
      resolve(dnsPacket.decode(bytes));
    });
    socket.send(dnsPacket.encode(query), at, '127.0.0.1');
  });
  if (reply === null) return null;
  const { rcode, flag_aa: authoritative } = reply as { rcode?: string; flag_aa?: boolean };
  return { code: rcode, authoritative: authoritative === true, answers: reply.answers ?? [] };
}

async function serialAt(host: string): Promise<number | null> {
  const answer = (await ask(host, 'fleet.lan', 'SOA'))?.answers[0];
  return answer?.type === 'SOA' ? (answer.data.serial ?? null) : null;
}

describe('the zones of a practice host', () => {
  it.each([
    ['griffin.fleet.lan', 'A', ['10.0.20.11']],
    ['ANUBIS.fleet.lan', 'AAAA', ['fd42:fee1:20::14']],
    ['kestrel.mgmt.fleet.lan', 'A', ['10.0.10.15']],
    ['wiki.fleet.lan', 'A', ['blackjack.fleet.lan', '10.0.20.13']],
    ['wiki.fleet.lan', 'CNAME', ['blackjack.fleet.lan']],
    ['11.20.0.10.in-addr.arpa', 'PTR', ['griffin.fleet.lan']],
  ] as const)('answer %s %s with authority, over UDP and TCP', async (name, type, data) => {
    for (const over of ['udp', 'tcp'] as const) {
      const reply = await ask('griffin', name, type, over);
      expect(reply).toMatchObject({ code: 'NOERROR', authoritative: true });
      expect(reply?.answers.map((answer) => ('data' in answer ? answer.data : null))).toEqual(data);
    }
  });

  it.each([
    ['a name that is not there', 'nosuch.fleet.lan', 'A', 'NXDOMAIN'],
    ['a type that is not there', 'griffin.fleet.lan', 'MX', 'NOERROR'],
    ['a name that only has names below it', 'mgmt.fleet.lan', 'A', 'NOERROR'],
    ['a zone of somebody else', 'example.org', 'A', 'REFUSED'],
  ] as const)('answer %s with nothing and the right code', async (_, name, type, code) => {
    expect(await ask('griffin', name, type)).toMatchObject({ code, answers: [] });
  });

  it('answer a new record only once its commit is activated, and the old serial until then', async () => {
    expect(await ask('griffin', 'consul.fleet.lan', 'A')).toMatchObject({ code: 'NXDOMAIN' });
    const connection = await practice.connect('griffin');
    const sha = practice.repository.commit(newRecord());
    const path = parseStorePath((await shipAndBuild(practice, connection, 'griffin', sha)).result ?? '');
    expect(await ask('griffin', 'consul.fleet.lan', 'A')).toMatchObject({ code: 'NXDOMAIN' });
    expect(await serialAt('griffin')).toBe(2026111402);
    if (path === null) throw new Error('not built');
    await activate(connection, 'test', path);
    expect((await ask('griffin', 'consul.fleet.lan', 'A'))?.answers).toMatchObject([{ data: '10.0.20.30' }]);
    expect(await serialAt('griffin')).toBe(2026112201);
  });

  it('reach the secondary by transfer, which keeps them when the primary goes back', async () => {
    expect(await serialAt('anubis')).toBe(2026111402);
    await activated('griffin', newRecord());
    expect(await serialAt('anubis')).toBe(2026112201);
    await practice.hosts.host('griffin').reboot();
    expect(await serialAt('griffin')).toBe(2026111402);
    expect(await serialAt('anubis')).toBe(2026112201);
  });

  it('are silent while the name server is down, and answer again when it is back', async () => {
    const mend = practice.hosts.host('griffin').fail({ kind: 'unit-fails', unit: 'nsd.service' });
    await expect.poll(() => ask('griffin', 'fleet.lan', 'SOA')).toBeNull();
    expect(await ask('griffin', 'fleet.lan', 'SOA', 'tcp')).toBeNull();
    expect(await serialAt('anubis')).toBe(2026111402);
    mend();
    await expect.poll(() => serialAt('griffin')).toBe(2026111402);
  });
});

describe('the ports of a practice host', () => {
  it('answer for what the running system enables, on the paths that the real service has', async () => {
    expect(await statusOf('griffin', 3000, '/api/health')).toBe(200);
    expect(await statusOf('griffin', 9090, '/-/ready')).toBe(200);
    expect(await statusOf('wolfhound', 3300, '/api/healthz')).toBe(200);
    expect(await statusOf('kestrel', 19_999, '/api/v1/info')).toBe(200);
    expect(await statusOf('kestrel', 19_999, '/nosuch')).toBe(404);
    expect(await accepts('kestrel', 1883)).toBe(true);
    expect(await accepts('griffin', 1883)).toBe(false);
  });

  it('open with the commit that enables a service, and close when it is left again', async () => {
    expect(await statusOf('wolfhound', 8500, '/v1/status/leader')).toBe('closed');
    await activated('wolfhound', consul());
    expect(await statusOf('wolfhound', 8500, '/v1/status/leader')).toBe(200);
    expect(await accepts('wolfhound', 8300)).toBe(true);
    expect(await statusOf('griffin', 8500, '/v1/status/leader')).toBe('closed');
    await practice.hosts.host('wolfhound').reboot();
    expect(await statusOf('wolfhound', 8500, '/v1/status/leader')).toBe('closed');
  });

  it('follow the port that the configuration sets', async () => {
    const text = practice.repository.textAt('modules/grafana.nix');
    await activated('griffin', { 'modules/grafana.nix': text.replaceAll('3000', '3001') });
    expect(await statusOf('griffin', 3000, '/api/health')).toBe('closed');
    expect(await statusOf('griffin', 3001, '/api/health')).toBe(200);
  });

  it('are closed while their unit has failed, or when only the service behind is dead', async () => {
    const host = practice.hosts.host('griffin');
    const mend = host.fail({ kind: 'unit-fails', unit: 'grafana.service' });
    await expect.poll(() => statusOf('griffin', 3000, '/api/health')).toBe('closed');
    expect(host.truth().failedUnits).toEqual(['grafana.service']);
    mend();
    await expect.poll(() => statusOf('griffin', 3000, '/api/health')).toBe(200);
    host.fail({ kind: 'endpoint-dead', port: 3000 });
    await expect.poll(() => statusOf('griffin', 3000, '/api/health')).toBe('closed');
    expect(host.truth().failedUnits).toEqual([]);
  });

  it('go to the first of two services that want the same one; the other fails as it would on a real host', async () => {
    const text = practice.repository.textAt('modules/prometheus.nix');
    await activated('griffin', { 'modules/prometheus.nix': text.replace('port = 9090', 'port = 3000') });
    const { failedUnits } = practice.hosts.host('griffin').truth();
    expect(failedUnits).toEqual(['prometheus.service']);
    expect(await statusOf('griffin', 3000, '/api/health')).toBe(200);
  });

  it('are all closed while the host is off', async () => {
    const host = practice.hosts.host('kestrel');
    const back = host.reboot({ downMs: 300 });
    await expect.poll(() => accepts('kestrel', 1883)).toBe(false);
    await expect(practice.connect('kestrel')).rejects.toThrow(/ECONNREFUSED/);
    await back;
    expect(await accepts('kestrel', 1883)).toBe(true);
    await practice.connect('kestrel');
  });
});

describe('the configuration for practice hosts', () => {
  it('is the real one with addresses, keys, servers and probes on the loopback, and nothing else changed', async () => {
    const base = practice.repository.textAt('.github/fleetwright.yml');
    const text = await practiceConfig(practice.hosts.all, base);
    const parsed = parseFleetConfig(text);
    if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.findings));
    const { hosts, zones, deploy } = parsed.config;
    const griffin = practice.hosts.host('griffin');
    const on = async (port: number) => `127.0.0.1:${await griffin.portFor(port)}`;
    expect(hosts['griffin' as keyof typeof hosts]).toMatchObject({
      address: '127.0.0.1',
      port: griffin.port,
      host_key: griffin.hostKey,
      tags: ['dns', 'metrics'],
      probes: {
        http: [
          { url: `http://${await on(3000)}/api/health` },
          { url: `http://${await on(9090)}/-/ready` },
          { url: `http://${await on(19_999)}/api/v1/info` },
        ],
        dns: [{ server: await on(53) }],
      },
    });
    const served = [
      `griffin:${await griffin.portFor(53)}`,
      `anubis:${await practice.hosts.host('anubis').portFor(53)}`,
    ];
    expect(zones['fleet.lan']).toEqual({ file: 'dns/fleet.lan.zone', servers: served });
    expect(deploy.parallel).toBe(3);
    expect(text).toContain('# anubis asks for its transfer on notify');
    // A host that is not played keeps its own address.
    expect(hosts['blackjack' as keyof typeof hosts]?.address).toBe('10.0.10.13');
  });

  it('has only probes that the running systems answer', async () => {
    const parsed = parseFleetConfig(
      await practiceConfig(practice.hosts.all, practice.repository.textAt('.github/fleetwright.yml')),
    );
    if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.findings));
    for (const host of practice.hosts.all) {
      const probes = parsed.config.hosts[host.name as keyof typeof parsed.config.hosts]?.probes;
      for (const { url, status } of probes?.http ?? []) expect([url, (await fetch(url)).status]).toEqual([url, status]);
      const units = [...host.truth().units.keys()];
      expect(units).toEqual(expect.arrayContaining([...(probes?.units ?? [])]));
      expect(units).toEqual(
        expect.arrayContaining((probes?.containers ?? []).map((name) => `container@${name}.service`)),
      );
    }
  });
});
