import { describe, expect, test } from 'vitest';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { openingAt } from '../../src/rollout/opening.ts';

function times(deploy: string) {
  const parsed = parseFleetConfig(`hosts: {}\ndeploy: ${deploy}\n`);
  if (parsed.kind === 'invalid') throw new Error(parsed.findings.map(({ message }) => message).join('; '));
  return parsed.config.deploy;
}

function told(deploy: string, now: string): string {
  const opening = openingAt(times(deploy), Date.parse(now));
  if (opening.kind === 'open') return 'open';
  const at = opening.at === null ? 'never' : new Date(opening.at).toISOString().slice(0, 16);
  return opening.reason === null ? at : `${at} (${opening.reason})`;
}

const berlin = 'time_zone: Europe/Berlin';
const nights = `{${berlin}, windows: [{days: [mon, fri], from: "22:00", to: "05:00"}]}`;
const spring = `{${berlin}, windows: [{days: [sun], from: "02:30", to: "04:00"}]}`;
const autumn = `{${berlin}, windows: [{days: [sun], from: "02:00", to: "03:00"}]}`;
const holidays = `{${berlin}, freeze: [{from: 2026-12-20, until: 2027-01-02, reason: holidays}]}`;
const both = `{${berlin}, windows: [{days: [mon], from: "10:00", to: "12:00"}], freeze: [{from: 2026-11-23, until: 2026-11-23, reason: launch}]}`;

// 2026-11-23 is a Monday; Berlin is UTC+1 then, UTC+2 from 2026-03-29 to 2026-10-25.
test.each([
  ['nothing is said', '{}', '2026-11-23T03:00Z', 'open'],
  ['before a window', nights, '2026-11-23T20:59Z', '2026-11-23T21:00'],
  ['in it', nights, '2026-11-23T21:00Z', 'open'],
  ['in it after midnight', nights, '2026-11-24T03:59Z', 'open'],
  ['at its end', nights, '2026-11-24T04:00Z', '2026-11-27T21:00'],
  ['a window that begins in the hour that is skipped', spring, '2026-03-29T00:59Z', '2026-03-29T01:30'],
  ['its end is by the new time', spring, '2026-03-29T02:00Z', '2026-04-05T00:30'],
  ['a window in the hour that comes twice begins with the first', autumn, '2026-10-25T00:00Z', 'open'],
  ['and holds through the second', autumn, '2026-10-25T01:30Z', 'open'],
  ['and is over after it', autumn, '2026-10-25T02:00Z', '2026-11-01T01:00'],
  ['the evening before a freeze', holidays, '2026-12-19T22:59Z', 'open'],
  ['its first minute', holidays, '2026-12-19T23:00Z', '2027-01-02T23:00 (holidays)'],
  ['its last day', holidays, '2027-01-02T22:59Z', '2027-01-02T23:00 (holidays)'],
  ['after it', holidays, '2027-01-02T23:00Z', 'open'],
  ['a window inside a freeze', both, '2026-11-23T09:30Z', '2026-11-30T09:00 (launch)'],
  [
    'a freeze without an end in sight',
    '{freeze: [{from: 2020-01-01, until: 2030-01-01, reason: sold}]}',
    '2026-11-23T00:00Z',
    '2030-01-02T00:00 (sold)',
  ],
])('%s', (_, deploy, now, opens) => {
  expect(told(deploy, now)).toBe(opens);
});

describe('times that are none', () => {
  test.each([
    ['{time_zone: Mars/Olympus}', 'deploy.time_zone'],
    ['{windows: [{days: [mon], from: "25:00", to: "05:00"}]}', 'deploy.windows.0.from'],
    ['{windows: [{days: [monday], from: "20:00", to: "05:00"}]}', 'deploy.windows.0.days.0'],
    ['{freeze: [{from: 2026-13-01, until: 2026-12-01, reason: x}]}', 'deploy.freeze.0.from'],
    ['{freeze: [{from: 2026-12-02, until: 2026-12-01, reason: x}]}', 'deploy.freeze.0'],
  ])('%s', (deploy, key) => {
    const parsed = parseFleetConfig(`hosts: {}\ndeploy: ${deploy}\n`);
    expect(parsed.kind === 'invalid' ? parsed.findings.map(({ message }) => message).join() : '').toContain(
      `\`${key}\``,
    );
  });
});
