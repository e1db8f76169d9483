import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './sources.ts';

const run = promisify(execFile);
let folder: string;

// Inside the repository, so that the linter finds the same configuration and packages as for real sources.
beforeAll(async () => {
  folder = await mkdtemp(path.join(root, 'node_modules', '.seeded-'));
  await writeFile(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: path.join(root, 'tsconfig.json'), include: ['*.ts'] }),
  );
  await symlink(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function rulesBrokenBy(code: string): Promise<string[]> {
  const file = path.join(folder, 'seeded.ts');
  await writeFile(file, code);
  const args = ['--type-aware', '--no-ignore', '--format=json', '-c', path.join(root, '.oxlintrc.json'), file];
  const answer = await run(path.join(root, 'node_modules/.bin/oxlint'), args, { cwd: folder }).catch(
    (failed: { stdout: string }) => failed,
  );
  const report = JSON.parse(answer.stdout) as { diagnostics: { code: string }[] };
  return report.diagnostics.map(({ code }) => code);
}

describe('npm run check refuses', () => {
  test.each([
    [
      'a promise of a library that nobody awaits',
      "import type { Queue } from 'bullmq';\nexport async function go(queue: Queue): Promise<void> {\n  queue.add('a', {});\n}\n",
    ],
    [
      'a promise behind an overloaded method',
      "import type { Redis } from 'ioredis';\nexport async function go(redis: Redis): Promise<void> {\n  redis.get('a');\n}\n",
    ],
    [
      'a promise of a function taken out of an object',
      'interface Door { open(): Promise<void> }\nexport async function go(door: Door): Promise<void> {\n  const { open } = door;\n  open();\n}\n',
    ],
    [
      'a promise with only a then',
      "import { readFile } from 'node:fs/promises';\nexport async function go(): Promise<void> {\n  readFile('a').then(() => 1);\n}\n",
    ],
  ])('%s', async (_name, code) => {
    expect(await rulesBrokenBy(code)).toContain('typescript(no-floating-promises)');
  });

  test('an async function where nobody waits for it', async () => {
    const code =
      'export function go(all: number[], work: () => Promise<void>): void {\n  all.forEach(async () => {\n    await work();\n  });\n}\n';
    expect(await rulesBrokenBy(code)).toContain('typescript(no-misused-promises)');
  });

  test('and lets the awaited one pass', async () => {
    expect(
      await rulesBrokenBy(
        "import type { Queue } from 'bullmq';\nexport async function go(queue: Queue): Promise<void> {\n  await queue.add('a', {});\n}\n",
      ),
    ).toEqual([]);
  });
});
