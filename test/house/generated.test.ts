import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fleetConfigSchemaText } from '../../src/docs/config-schema.ts';
import { filled, tablesIn } from '../../src/docs/filled.ts';
import { readmeTables } from '../../src/docs/readme-tables.ts';
import { root } from './sources.ts';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** `npm run docs` is this test with `-u`: it writes the files anew where they differ. */
describe('what is made from code and committed is what the code makes', () => {
  test('the tables of the README', async () => {
    await expect(filled(readme, readmeTables)).toMatchFileSnapshot(path.join(root, 'README.md'));
  });

  test('the JSON Schema of the config file', async () => {
    await expect(fleetConfigSchemaText()).toMatchFileSnapshot(path.join(root, 'src/config/fleetwright.schema.json'));
  });
});

describe('the README', () => {
  test('holds every table once', () => {
    expect(tablesIn(readme)).toHaveLength(Object.keys(readmeTables).length);
    expect(new Set(tablesIn(readme))).toEqual(new Set(Object.keys(readmeTables)));
  });

  test('draws the house as it stands', () => {
    const picture = /```\nsrc\/\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const rooms = [...picture.matchAll(/^ {2}(\S+)/gm)].map(([, room]) => room?.replace(/\/$/, ''));
    expect(new Set(rooms)).toEqual(new Set(readdirSync(path.join(root, 'src'))));
    const beside = [...picture.matchAll(/^(\S+)\//gm)].flatMap(([, folder]) => folder?.split('/')[0] ?? '');
    expect(readdirSync(root)).toEqual(expect.arrayContaining(beside));
  });

  test('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].flatMap(([, target]) => target ?? []);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((target) => !isThere(target))).toEqual([]);
  });

  test('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].flatMap(([, script]) => script ?? []);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

function isThere(target: string): boolean {
  const parent = path.dirname(path.join(root, target));
  return readdirSync(parent).includes(path.basename(target));
}
