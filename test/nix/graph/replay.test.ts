import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Files, hasNix } from './drv-judge.ts';
import { type Dice, dice, mutated, oneOf } from './mutate.ts';
import { optionFleet } from './option-fleet.ts';
import { randomFleet } from './random-fleet.ts';
import { type Change, missed, pathsOf, ratios, replay } from './replay.ts';

/** The sample fleet as its files. */
function sample(): Files {
  const root = 'examples/fleet';
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]));
}

function changedFiles(before: Files, roll: Dice, most: number): Change {
  const after: Record<string, string> = { ...before };
  for (let count = 1 + roll(most); count > 0; count--) {
    const path = oneOf(roll, Object.keys(before));
    const text = after[path] ?? '';
    after[path] = path.endsWith('.nix') ? mutated(text, roll) : changedData(path, text);
  }
  return { before, after };
}

function changedData(path: string, text: string): string {
  if (path.endsWith('.lock')) return text.replace(/"rev": "r(\d)"/, '"rev": "s$1"');
  const more = path.endsWith('.txt') ? 'x' : '';
  return text.replace(/\d/, '1$&') + more;
}

/** One replacement in one file of the sample fleet. */
function edited(path: string, from: string, to: string): Change {
  const before = sample();
  const text = before[path] ?? '';
  expect(text.split(from)).toHaveLength(2);
  return { before, after: { ...before, [path]: text.replace(from, () => to) } };
}

const all = ['anubis', 'blackjack', 'griffin', 'kestrel', 'wolfhound'];

// Nix itself is the judge, by the derivation that each machine comes to. Where it is absent nothing is claimed.
if (!hasNix) process.stderr.write('nix-instantiate is not installed, so no change is replayed against it\n');

describe.skipIf(!hasNix)('the hosts that we name against the derivations that change', () => {
  test('random changes of one to three files of the sample fleet: none is missed', { timeout: 120_000 }, async () => {
    const [seed = 0] = fc.sample(fc.nat(), 1);
    const roll = dice(seed);
    const before = sample();
    const played = await replay(Array.from({ length: 48 }, () => changedFiles(before, roll, 3)));
    expect(missed(played)).toEqual([]);
    expect(played.length).toBeGreaterThan(24);
  });

  test('random changes of random fleets: none is missed, and few are named beside', { timeout: 120_000 }, async () => {
    const seeds = fc.sample(fc.nat(), 20);
    const changes = seeds.flatMap((seed) => {
      const roll = dice(seed);
      const before = randomFleet(roll);
      return Array.from({ length: 6 }, () => changedFiles(before, roll, 2));
    });
    const played = await replay(changes);
    expect(missed(played)).toEqual([]);
    expect(played.length).toBeGreaterThan(60);
    const found = ratios(played);
    expect(found[found.length >> 1]).toBeLessThanOrEqual(1.5);
  });

  test('random changes of fleets that options tell apart: none is missed', { timeout: 240_000 }, async () => {
    const seeds = fc.sample(fc.nat(), 10);
    const changes = seeds.flatMap((seed) => {
      const roll = dice(seed);
      const before = optionFleet(roll);
      return Array.from({ length: 6 }, () => changedFiles(before, roll, 2));
    });
    const played = await replay(changes);
    expect(missed(played)).toEqual([]);
    expect(played.length).toBeGreaterThan(30);
    const found = ratios(played);
    expect(found[found.length >> 1]).toBeLessThanOrEqual(1.5);
  });

  test('changes whose reach is known: exactly those hosts', { timeout: 120_000 }, async () => {
    const cases: readonly (readonly [Change, readonly string[]])[] = [
      [edited('hosts/griffin/default.nix', 'management = "10.0.10.11"', 'management = "10.0.10.21"'), ['griffin']],
      [edited('hosts/griffin/default.nix', '# It cannot ask', '# It can not ask'), []],
      [edited('common.nix', 'Europe/Berlin', 'Europe/Vienna'), all],
      [edited('common.nix', '# The SSDs in griffin', '# The disks in griffin'), []],
      [edited('modules/monitors.nix', '10.0.20.11:53', '10.0.20.21:53'), ['wolfhound']],
      [edited('modules/fleet.nix', 'The few facts', 'Some facts'), []],
      [
        edited('flake.nix', '            ./hosts/anubis', '            ./hosts/anubis\n            { more = 1; }'),
        ['anubis'],
      ],
      [edited('flake.nix', 'aarch64-linux', 'armv7l-linux'), ['kestrel']],
      [edited('flake.nix', 'The machines at home', 'Our machines'), []],
      [edited('flake.nix', '# The Pi in', '# A Pi in'), []],
      [edited('dns/10.0.10.in-addr.arpa.zone', '$ORIGIN', ' $ORIGIN'), ['griffin']],
    ];
    const played = await replay(cases.map(([change]) => change));
    const rows = (names: readonly (readonly string[])[]): unknown[] =>
      cases.map(([change], at) => [pathsOf(change), names[at]]);
    expect(rows(played.map(({ true: hosts }) => hosts))).toEqual(rows(cases.map(([, hosts]) => hosts)));
    expect(rows(played.map(({ named }) => named))).toEqual(rows(cases.map(([, hosts]) => hosts)));
  });
});
