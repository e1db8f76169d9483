import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import type { RecordChange } from '../../src/dns/change.ts';
import { type DnsPlan, planDnsChange } from '../../src/dns/plan-change.ts';

const now = Date.UTC(2026, 10, 22);
const zone = 'fleet.lan.';
const soa = (serial: string): string =>
  `$TTL 3600\n@ IN SOA ns1 h ( ${serial} ; serial\n 7200 3600 1209600 300 )\n NS ns1\nns1 A 10.0.0.1\n`;
const add = (name: string, data = '10.0.20.30', where = zone): RecordChange => ({
  action: 'create',
  zone: where,
  owner: `${name}.${where}`,
  type: 'A',
  ttl: null,
  data,
});

const planned = (
  files: Readonly<Record<string, string>>,
  changes: readonly RecordChange[],
  more: { zones?: readonly string[]; base?: Readonly<Record<string, string>> } = {},
): DnsPlan => {
  const plan = planDnsChange(
    {
      zones: (more.zones ?? ['fleet.lan']).map((name) => ({ zone: name, file: `dns/${name}.zone` })),
      files: new Map(Object.entries(files)),
      ...(more.base === undefined ? {} : { baseFiles: new Map(Object.entries(more.base)) }),
    },
    changes,
    now,
  );
  if (isRefusal(plan)) throw new Error(JSON.stringify(plan));
  return plan;
};
const refusal = (files: Readonly<Record<string, string>>, changes: readonly RecordChange[]): string => {
  const plan = planDnsChange(
    { zones: [{ zone: 'fleet.lan', file: 'dns/fleet.lan.zone' }], files: new Map(Object.entries(files)) },
    changes,
    now,
  );
  return isRefusal(plan) ? plan.code : 'planned';
};

describe('a DNS change', () => {
  it('adds one line and moves the serial once, however many records change', () => {
    const before = soa('2026112001');
    const plan = planned({ 'dns/fleet.lan.zone': before }, [add('consul'), add('vault', '10.0.20.31')]);
    expect(plan.serials).toEqual([
      {
        zone,
        file: 'dns/fleet.lan.zone',
        line: 2,
        old: 2026112001,
        new: 2026112201,
        rule: 'YYYYMMDDnn: first of today',
      },
    ]);
    expect(plan.edits.map((edit) => edit.after)).toEqual([
      `${soa('2026112201')}consul A 10.0.20.30\nvault A 10.0.20.31\n`,
    ]);
    expect(plan.rows.map((row) => [row.name, row.line])).toEqual([
      ['consul.fleet.lan.', 6],
      ['vault.fleet.lan.', 7],
    ]);
  });

  it('does not move the serial again on a branch that moved it already', () => {
    const plan = planned({ 'dns/fleet.lan.zone': soa('2026112201') }, [add('consul')], {
      base: { 'dns/fleet.lan.zone': soa('2026112001') },
    });
    expect(plan.serials).toEqual([]);
    expect(plan.edits[0]?.after).toContain('2026112201');
  });

  it('moves it past a base that went further than the branch', () => {
    const plan = planned({ 'dns/fleet.lan.zone': soa('2026112201') }, [add('consul')], {
      base: { 'dns/fleet.lan.zone': soa('2026112203') },
    });
    expect(plan.serials.map((bump) => bump.new)).toEqual([2026112204]);
  });

  it.each([
    ['0', '0 says that a server or a build makes the serial'],
    ['@SERIAL@', '"@SERIAL@" is filled in by a build or a server'],
    ['serial-number', '"serial-number" is filled in by a build or a server'],
  ])('leaves the serial %s alone and says why', (serial, reason) => {
    const plan = planned({ 'dns/fleet.lan.zone': soa(serial) }, [add('consul')]);
    expect(plan.serials).toEqual([]);
    expect(plan.findings.map((finding) => finding.message).join()).toContain(reason);
    expect(plan.edits[0]?.after).toBe(`${soa(serial)}consul A 10.0.20.30\n`);
  });

  it('says so where a record takes the TTL of the set that it joins', () => {
    const plan = planned({ 'dns/fleet.lan.zone': `${soa('7')}a 60 A 10.0.0.2\n` }, [
      { ...add('a'), ttl: 300 } as RecordChange,
    ]);
    expect(plan.findings.map((finding) => finding.message)).toEqual([
      'a.fleet.lan. A has the TTL 60 of the other records of its set, not 300',
    ]);
  });

  it('writes into the included file that holds the like, and moves the serial in the file that has it', () => {
    const files = {
      'dns/fleet.lan.zone': `${soa('7')}$INCLUDE hosts.inc\n`,
      'dns/hosts.inc': 'griffin A 10.0.0.3\nwolfhound A 10.0.0.4\n',
    };
    const plan = planned(files, [add('consul')]);
    expect(new Map(plan.edits.map((edit) => [edit.path, edit.after]))).toEqual(
      new Map([
        ['dns/fleet.lan.zone', `${soa('8')}$INCLUDE hosts.inc\n`],
        ['dns/hosts.inc', 'griffin A 10.0.0.3\nwolfhound A 10.0.0.4\nconsul A 10.0.20.30\n'],
      ]),
    );
  });

  it('finds the record in whichever of the files that share its set', () => {
    const files = {
      'dns/fleet.lan.zone': `${soa('7')}$INCLUDE hosts.inc\ngriffin A 10.0.0.3\n`,
      'dns/hosts.inc': 'griffin A 10.0.0.4\n',
    };
    const own = { zone, owner: `griffin.${zone}`, type: 'A', data: '10.0.0.4' } as const;
    const { edits } = planned(files, [{ ...own, action: 'delete' }]);
    expect(edits.map(({ path, after }) => [path, after])).toContainEqual(['dns/hosts.inc', '']);
    const again = planDnsChange(
      { zones: [{ zone, file: 'dns/fleet.lan.zone' }], files: new Map(Object.entries(files)) },
      [{ ...own, action: 'create', ttl: null }],
      0,
    );
    expect(isRefusal(again) && [again.code, again.facts['file']]).toEqual(['record-exists', 'dns/hosts.inc']);
  });

  it('tells what it breaks, and not what was broken before', () => {
    const files = { 'dns/fleet.lan.zone': `${soa('7')}broken CNAME gone\nmail A 10.0.0.5\n@ MX 10 mail\n` };
    const change: RecordChange = { action: 'delete', zone, owner: `mail.${zone}`, type: 'A', data: '10.0.0.5' };
    const { findings } = planned(files, [change]);
    expect(findings.map(({ check, level, line }) => [check, level, line])).toEqual([['dns-target', 'error', 7]]);
    expect(planned(files, [add('consul')]).findings).toEqual([]);
  });

  it('reads a file that includes itself once', () => {
    const files = {
      'dns/fleet.lan.zone': `${soa('7')}$INCLUDE loop.inc\n`,
      'dns/loop.inc': 'griffin A 10.0.0.3\n$INCLUDE fleet.lan.zone\n$INCLUDE loop.inc\n',
    };
    expect(planned(files, [add('consul')]).rows).toHaveLength(1);
  });

  it('moves the serial of every zone that includes a changed file', () => {
    const files = {
      'dns/fleet.lan.zone': `${soa('7')}$INCLUDE common.inc\n`,
      'dns/lab.lan.zone': `${soa('20')}$INCLUDE common.inc\n`,
      'dns/common.inc': 'www A 10.0.0.3\n',
    };
    const change: RecordChange = {
      action: 'update',
      zone,
      owner: `www.${zone}`,
      type: 'A',
      before: '10.0.0.3',
      data: '10.0.0.9',
      ttl: null,
    };
    const plan = planned(files, [change], { zones: ['fleet.lan', 'lab.lan'] });
    expect(plan.serials.map((bump) => [bump.zone, bump.new])).toEqual([
      ['fleet.lan.', 8],
      ['lab.lan.', 21],
    ]);
    expect(plan.findings.map((finding) => finding.check)).toEqual(['dns-include']);
  });

  it('moves a SOA that two zones share once', () => {
    const shared = {
      'dns/fleet.lan.zone': '$INCLUDE soa.inc\n NS ns1\nns1 A 10.0.0.1\n',
      'dns/lab.lan.zone': '$INCLUDE soa.inc\n@ NS ns1\nns1 A 10.0.0.1\n',
      'dns/soa.inc': '$TTL 60\n@ SOA ns1 h 7 2 3 4 5\n',
    };
    const files = { ...shared, 'dns/fleet.lan.zone': shared['dns/fleet.lan.zone'].replace(' NS', '@ NS') };
    const plan = planned(files, [add('consul'), add('consul', '10.0.20.30', 'lab.lan.')], {
      zones: ['fleet.lan', 'lab.lan'],
    });
    expect(plan.serials.map((bump) => bump.new)).toEqual([8]);
    expect(plan.edits.find((edit) => edit.path === 'dns/soa.inc')?.after).toBe('$TTL 60\n@ SOA ns1 h 8 2 3 4 5\n');
  });

  const one = {
    'dns/fleet.lan.zone': `${soa('7')}a A 10.0.0.2\nc CNAME a\nbroken A 10.0.0\n$GENERATE 1-4 dhcp-$ A 10.0.9.$\n`,
  };
  const cname = (name: string): RecordChange => ({
    action: 'create',
    zone,
    owner: `${name}.${zone}`,
    type: 'CNAME',
    ttl: null,
    data: 'a.fleet.lan.',
  });
  it.each<readonly [string, readonly RecordChange[], string]>([
    ['what is there already', [add('a', '10.0.0.2')], 'record-exists'],
    ['what a $GENERATE line makes', [add('dhcp-3', '10.0.9.3')], 'record-exists'],
    ['an address beside a CNAME', [add('c')], 'record-conflict'],
    ['a CNAME beside an address', [cname('a')], 'record-conflict'],
    ['a CNAME beside what a $GENERATE line makes', [cname('dhcp-2')], 'record-conflict'],
    ['a CNAME at the top', [{ ...cname('x'), owner: zone }], 'record-conflict'],
    ['a name whose line cannot be read', [add('broken')], 'zone-unreadable'],
    ['a name outside the zone', [add('x', '10.0.0.1', 'elsewhere.lan.')], 'zone-not-found'],
    ['an address that is none', [add('x', '10.0.0.256')], 'bad-arguments'],
    [
      'the removal of what is not there',
      [{ action: 'delete', zone, owner: `a.${zone}`, type: 'A', data: '10.0.0.3' }],
      'record-not-found',
    ],
    [
      'the removal of one of many that a line makes',
      [{ action: 'delete', zone, owner: `dhcp-2.${zone}`, type: 'A', data: '10.0.9.2' }],
      'record-conflict',
    ],
    ['all changes, where the second cannot be made', [add('fine'), add('c')], 'record-conflict'],
  ])('is refused for %s', (_name, changes, code) => expect(refusal(one, changes)).toBe(code));

  it('tells where an unreadable line is', () => {
    const plan = planDnsChange(
      { zones: [{ zone: 'fleet.lan', file: 'dns/fleet.lan.zone' }], files: new Map(Object.entries(one)) },
      [add('broken')],
      now,
    );
    expect(isRefusal(plan) ? plan.facts : {}).toMatchObject({ file: 'dns/fleet.lan.zone', line: 8, column: 10 });
  });

  it('names what somebody may have meant', () => {
    const gone: RecordChange = { action: 'delete', zone, owner: 'dhpc-1.fleet.lan.', type: 'A', data: '10.0.9.1' };
    const files = new Map([['dns/fleet.lan.zone', `${soa('7')}dhcp-1 A 10.0.9.1\n`]]);
    const plan = planDnsChange({ zones: [{ zone: 'fleet.lan', file: 'dns/fleet.lan.zone' }], files }, [gone], now);
    expect(isRefusal(plan) ? plan.facts['near'] : []).toEqual(['dhcp-1.fleet.lan.']);
  });
});
