import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { planDnsChange } from '../../src/dns/plan-change.ts';
import { serialEvidence, type PastText } from '../../src/dns/serial-evidence.ts';
import { type OpenZone, openZone } from '../../src/dns/zone.ts';

const now = Date.UTC(2026, 10, 22, 12);
const text = (serial: number, comment = '') =>
  `@ 3600 IN SOA ns1 host (\n  ${serial} ; ${comment}\n  1 2 3 4 )\n@ IN NS ns1\nns1 IN A 192.0.2.1\n`;
const past = (date: string, serial: number): PastText => ({
  text: text(serial),
  at: Date.parse(`${date}T15:00:00Z`) / 1000,
});
const zoneOf = (name: string, serial: number): OpenZone => {
  const zone = openZone({ zone: name, file: `${name}.zone` }, new Map([[`${name}.zone`, text(serial)]]));
  if (isRefusal(zone)) throw new Error(zone.code);
  return zone;
};

async function gathered(zones: readonly OpenZone[], pasts: readonly PastText[], others: readonly OpenZone[]) {
  const asked: string[] = [];
  const evidence = await serialEvidence(
    zones,
    {
      pastTexts: async (file) => (asked.push(`past of ${file}`), pasts),
      neighbours: async () => (asked.push('neighbours'), others),
    },
    now,
  );
  return { asked, evidence };
}

describe('the witnesses of a serial', () => {
  it('are not asked where the value tells', async () => {
    const { asked, evidence } = await gathered([zoneOf('a.test', 2026112201), zoneOf('b.test', 7)], [], []);
    expect({ asked, size: evidence.size }).toEqual({ asked: [], size: 0 });
  });

  it('are not asked further than it takes', async () => {
    const { asked } = await gathered([zoneOf('a.test', 25050404)], [past('2025-05-04', 25050404)], []);
    expect(asked).toEqual(['past of a.test.zone']);
  });

  it('are the other zones where the history says nothing', async () => {
    const { asked, evidence } = await gathered([zoneOf('a.test', 25050404)], [], [zoneOf('b.test', 25999904)]);
    expect(asked).toEqual(['past of a.test.zone', 'neighbours']);
    expect(evidence.get('a.test.')?.neighbours).toEqual([25999904]);
  });
});

describe('a change keeps the format that its evidence tells', () => {
  const plan = (files: ReadonlyMap<string, string>, serials: Parameters<typeof planDnsChange>[0]['serials']) => {
    const zones = [...files.keys()].map((file) => ({ zone: file.replace('.zone', ''), file }));
    const changes = zones.map(({ zone }) => ({
      action: 'create' as const,
      zone: `${zone}.`,
      owner: `www.${zone}.`,
      type: 'A',
      ttl: null,
      data: '192.0.2.9',
    }));
    const planned = planDnsChange({ zones, files, ...(serials === undefined ? {} : { serials }) }, changes, now);
    if (isRefusal(planned)) throw new Error(planned.code);
    return planned;
  };

  it('also where two zones of one repository have two formats', () => {
    const files = new Map([
      ['a.test.zone', text(25050404)],
      ['b.test.zone', text(2021051301)],
      ['c.test.zone', text(25050404)],
    ]);
    const history = [past('2026-01-01', 25050403), past('2026-03-01', 25050404)].map(({ at }, index) => ({
      serial: 25050403 + index,
      at,
    }));
    const { serials } = plan(files, new Map([['c.test.', { evidence: { history } }]]));
    expect(serials.map(({ zone, new: fresh, rule }) => [zone, fresh, rule])).toEqual([
      ['a.test.', 26112201, 'YYMMDDnn: first of today'],
      ['b.test.', 2026112201, 'YYYYMMDDnn: first of today'],
      ['c.test.', 25050405, 'counter: +1, as the file has counted so far'],
    ]);
  });

  it('and says where a comment lies about it', () => {
    const { serials, findings } = plan(new Map([['a.test.zone', text(2026112201, 'YYMMDDNN')]]), undefined);
    expect(serials[0]?.new).toBe(2026112202);
    expect(findings.map(({ check, level, line, message }) => [check, level, line, message])).toContainEqual([
      'dns-serial',
      'note',
      2,
      'a.test.: the comment says YYMMDDnn, and the value is YYYYMMDDnn: the value counts; correct the comment',
    ]);
  });
});
