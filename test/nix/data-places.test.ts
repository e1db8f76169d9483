import { expect, test } from 'vitest';
import { jsonPlaces } from '../../src/nix/data-places.ts';
import { placedToml } from '../../src/nix/toml.ts';

test('each key of a JSON text is found where it stands', () => {
  const text = '{ "a": { "b": [ { "c": 1 }, { "c": "a:}" } ] },\n  "d\\"": { } }';
  const parsed = JSON.parse(text) as { a: { b: [object, object] } };
  const places = jsonPlaces(text, parsed);
  const at = (table: object, name: string): string =>
    text.slice(places.get(table)?.get(name) ?? text.length).slice(0, 4);
  expect(at(parsed, 'a')).toBe('"a":');
  expect(at(parsed, 'd"')).toBe('"d\\"');
  expect(at(parsed.a, 'b')).toBe('"b":');
  expect(places.get(parsed.a.b[0])?.get('c')).toBeLessThan(places.get(parsed.a.b[1])?.get('c') ?? 0);
});

test.each([
  ['a key that is there twice', '{ "a": { "b": 1 }, "a": 2 }'],
  ['text beside the value', '"a": 1'],
  ['a list of lists', '[ [ [ { "a": [] } ] ] ]'],
])('a JSON text with %s has places and no error', (_, text) => {
  const parsed: unknown = text.startsWith('"') ? 'a' : JSON.parse(text);
  expect(() => jsonPlaces(text, parsed)).not.toThrow();
});

test('each key of a TOML text is found where it stands first', () => {
  const text = '[hosts.a]\nip = 1\n[hosts."b.c"]\n[[list]]\nn = 1\n[[list]]\nn = 2\n';
  const { value, places } = placedToml(text);
  const { hosts, list } = value as { hosts: object; list: [object, object] };
  const line = (table: object, name: string): number => text.slice(0, places.get(table)?.get(name)).split('\n').length;
  expect([line(hosts, 'a'), line(hosts, 'b.c'), line(list[0], 'n'), line(list[1], 'n')]).toEqual([1, 3, 5, 7]);
});
