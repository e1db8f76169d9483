import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unreadableFile } from '../../src/cli/unreadable-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-unreadable-'));
symlinkSync('circle', path.join(folder, 'circle'));
afterAll(() => rmSync(folder, { recursive: true }));

function reading(file: string): unknown {
  try {
    return readFileSync(file);
  } catch (error) {
    return error;
  }
}

test.each([
  ['a file that is not there', path.join(folder, 'none'), `${path.join(folder, 'none')} is not there.`],
  ['a folder', folder, 'What was named is a folder, and a file is wanted.'],
  [
    'a circle of links',
    path.join(folder, 'circle'),
    `${path.join(folder, 'circle')} is a link that leads in a circle.`,
  ],
  [
    'a name too long',
    path.join(folder, 'x'.repeat(300)),
    `${path.join(folder, 'x'.repeat(300))} has a name that is too long.`,
  ],
])('%s is told in one sentence', (_, file, sentence) => {
  expect(unreadableFile(reading(file))).toBe(sentence);
});

test.each([
  ['a mistake of ours', new TypeError('x is not a function')],
  ['an error of the network', Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['no error at all', 'text'],
])('%s is none of these', (_, error) => {
  expect(unreadableFile(error)).toBeNull();
});
