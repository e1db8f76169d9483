import { describe, expect, it } from 'vitest';
import {
  absoluteName,
  canonicalName,
  isWithin,
  labelsOf,
  nameProblem,
  nearNames,
  parentOf,
  relativeName,
} from '../../src/dns/name.ts';

describe('a name has one canonical form', () => {
  it.each([
    ['www', 'example.org.', 'www.example.org.'],
    ['WWW.Example.ORG.', 'example.org.', 'www.example.org.'],
    ['@', 'example.org.', 'example.org.'],
    ['www', '.', 'www.'],
    ['a\\.b', 'example.org.', 'a\\.b.example.org.'],
    ['\\097', 'example.org.', 'a.example.org.'],
    ['\\A', 'example.org.', 'a.example.org.'],
    ['a\\032b', 'example.org.', 'a\\032b.example.org.'],
    ['trailing\\.', 'example.org.', 'trailing\\..example.org.'],
    ['0/25', 'example.org.', '0/25.example.org.'],
    ['*', 'example.org.', '*.example.org.'],
  ])('%s under %s', (text, origin, name) => expect(absoluteName(text, origin)).toBe(name));
});

describe('a name is within a zone', () => {
  it.each([
    ['www.example.org.', 'example.org.', true],
    ['example.org.', 'example.org.', true],
    ['a.b.example.org.', 'example.org.', true],
    ['anything.', '.', true],
    ['notexample.org.', 'example.org.', false],
    ['example.org.', 'www.example.org.', false],
    ['a\\.example.org.', 'example.org.', false],
    ['a\\\\.example.org.', 'example.org.', true],
  ])('%s in %s: %s', (name, zone, within) => expect(isWithin(name, zone)).toBe(within));
});

describe('a name is taken apart', () => {
  it.each<readonly [string, readonly string[], string | null]>([
    ['a.b.c.', ['a', 'b', 'c'], 'b.c.'],
    ['a\\.b.c.', ['a\\.b', 'c'], 'c.'],
    ['c.', ['c'], '.'],
    ['.', [], null],
  ])('%s', (name, labels, parent) => {
    expect(labelsOf(name)).toEqual(labels);
    expect(parentOf(name)).toBe(parent);
  });

  it.each([
    ['www.example.org.', 'example.org.', 'www'],
    ['example.org.', 'example.org.', '@'],
    ['www.example.net.', 'example.org.', null],
    ['www.example.net.', '.', null],
  ])('%s written under %s', (name, origin, relative) => expect(relativeName(name, origin)).toBe(relative));
});

describe('a name that no server takes is told', () => {
  it.each([
    [`${'a'.repeat(63)}.org.`, null],
    [`${'a'.repeat(64)}.org.`, '64 octets'],
    [`${'a\\.'.repeat(31)}.org.`, null],
    ['a..org.', 'empty label'],
    [`${'abcdefg.'.repeat(31)}org.`, null],
    [`${'abcdefg.'.repeat(32)}org.`, '255 are allowed'],
  ])('%s', (name, problem) => expect(nameProblem(name) ?? '').toContain(problem ?? ''));

  it('a good one is told to be good', () => expect(nameProblem(canonicalName('a.example.org'))).toBeNull());
});

describe('names that somebody may have meant', () => {
  it('are those a slip away, nearest first', () => {
    expect(
      nearNames('old-wikki.fleet.lan.', [
        'old-wiki.fleet.lan.',
        'wiki.fleet.lan.',
        'old-wikkis.fleet.lan.',
        'griffin.fleet.lan.',
      ]),
    ).toEqual(['old-wiki.fleet.lan.', 'old-wikkis.fleet.lan.']);
  });
});
