import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { mapCommand } from '../../src/cli/map.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-map-'));
  execFileSync('git', ['-C', folder, 'init', '-q', '-b', 'main']);
  const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
  write(
    'flake.nix',
    '{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; }; }; }\n',
  );
  write('a.nix', '{\n  networking.hostName = "a";\n}\n');
  write('x.org.zone', '$ORIGIN x.org.\n@ IN SOA ns1 h 1 2 3 4 5\nw IN A 10.0.0.1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function printed(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const io: Io = {
    print: (line) => void lines.push(line),
    aside: (line) => void lines.push(line),
    exitWith: () => {},
    misused: (sentence) => void lines.push(sentence),
  };
  await mapCommand(io)
    .exitOverride()
    .parseAsync(['--repo', folder, ...words], { from: 'user' });
  return lines.join('\n');
}

test('the map names hosts and zones without any config file', async () => {
  expect(await printed()).toBe('1 host.\na (a.nix)\nDNS names:\n  10.0.0.1: w.x.org');
});

test('the JSON holds every fact with its place; a name of a zone has no host', async () => {
  expect(JSON.parse(await printed('--json'))).toEqual({
    facts: [
      { kind: 'host-name', host: 'a', name: 'hostName', value: 'a', file: 'a.nix', line: 2 },
      { kind: 'dns-name', name: 'w.x.org', value: '10.0.0.1', file: 'x.org.zone', line: 3 },
    ],
    unread: [],
  });
});

test('a page may be shorter, and says that it is', async () => {
  const page = await printed('--bytes', '45');
  expect(page.length).toBeLessThanOrEqual(45);
  expect(page).toContain('left out for want of room');
});

test('a length that is no number is refused', async () => {
  await expect(printed('--bytes', 'many')).rejects.toThrow('a number of bytes is digits only');
});
