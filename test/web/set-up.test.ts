import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { freePort } from '../../src/app.ts';
import { startSetUp } from '../../src/web/set-up.ts';

const log = pino({ level: 'silent' });

test('the set-up page offers the App of app.yml, private, without asking anybody outside', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-test-'));
  const setUp = await startSetUp(
    {
      host: '127.0.0.1',
      port: await freePort('127.0.0.1'),
      production: false,
      outsideProxy: false,
      environmentFile: path.join(folder, '.env'),
    },
    log,
  );
  if (setUp.kind !== 'serving') throw new Error(setUp.sentence);
  try {
    const page = await (await fetch(`${setUp.address}/probot`)).text();
    expect(page).toContain('&quot;public&quot;:false'.replaceAll('&quot;', page.includes('&quot;') ? '&quot;' : '"'));
    expect(page).not.toContain('smee.io/');
  } finally {
    await setUp.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('in production nothing is served, and the sentence says what to set', async () => {
  const settings = {
    host: '127.0.0.1',
    port: 1,
    production: true,
    outsideProxy: false,
    environmentFile: '/nonexistent',
  };
  const setUp = await startSetUp(settings, log);
  expect(setUp).toMatchObject({ kind: 'refused' });
  expect(setUp.kind === 'refused' && setUp.sentence).toContain('APP_ID');
});
