import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { root } from '../e2e/bot-processes.ts';
import { until } from '../e2e/bot-world.ts';
import { atRest } from './machines/at-rest.ts';
import type { FleetBot } from './machines/fleet-bot.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import type { FleetHost } from './machines/fleet-host.ts';
import { botAddress } from './machines/lan.ts';
import { service } from './machines/nix-text.ts';
import { printed } from './machines/run-program.ts';

/** The bot runs on one of the hosts that it deploys to, as a service of that host, and restarts itself by its own deploy. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(['griffin', 'wolfhound']);
});
afterAll(() => fleet?.close());

const unit = 'fleetwright.service';
/** The bot's folder, as the host knows it. */
const home = '/opt/bot';
const mainPid = (host: FleetHost) => host.inside(`systemctl show --value --property=MainPID ${unit}`);

/** Puts what the bot needs beside its service into the host: Node, packages, program, its folder. It must be off. */
async function moveIn(host: FleetHost, bot: FleetBot): Promise<string> {
  const modules = await realpath(path.join(root, 'node_modules'));
  const programs = await realpath(inject('programs'));
  // Not below /run or /tmp, which the host makes anew when it boots.
  for (const [from, to] of [
    [modules, '/opt/node_modules'],
    [bot.folder, home],
  ] as const) {
    const at = path.join(host.disks.root, to);
    await mkdir(at, { recursive: true });
    await printed('mount', ['--rbind', from, at]);
  }
  const node = path.join(host.disks.root, 'opt/node');
  await writeFile(node, '');
  await printed('mount', ['--bind', await realpath(process.execPath), node]);
  return path.join('/opt/node_modules', path.relative(modules, programs), 'workers', 'all.js');
}

/** The service as the host's configuration says it. Killed at once where it is to stop, as a crash would. */
function botService(program: string, bot: FleetBot, word: string): string {
  const environment = Object.entries(bot.environment).map(
    ([name, value]) => `export ${name}='${value.replaceAll(bot.folder, home)}'`,
  );
  const script = [`# ${word}`, ...environment, `cd ${home}`, `exec /opt/node ${program}`].join('\n');
  return service('fleetwright', script, 'serviceConfig = { KillSignal = "SIGKILL"; Restart = "always"; };');
}

test('a bot that its own host’s deploy kills goes last and alone, resumes, and reports', {
  timeout: 400_000,
}, async () => {
  const [griffin, wolfhound] = [fleet.host('griffin'), fleet.host('wolfhound')];
  const bot = await fleet.bot(['griffin', 'wolfhound'], {
    forgeAt: botAddress,
    environment: { FLEETWRIGHT_POLL: 'true', FLEETWRIGHT_POLL_SECONDS: '5' },
  });
  await griffin.powerOff();
  const program = await moveIn(griffin, bot);
  await griffin.powerOn();
  await griffin.countSwitches();
  // Somebody brings the service there, as one does today.
  const first = await bot.running();
  await bot.deploy({ griffin: botService(program, bot, 'first') }, ['griffin deployed']);
  await first.kill();
  await griffin.until(`journalctl --unit=${unit} | grep -q "the bot runs"`);
  const pid = await mainPid(griffin);

  const { pull } = await bot.merge({
    griffin: botService(program, bot, 'second'),
    wolfhound: service('web', 'exec sleep 1d'),
  });
  const report = await bot.over(pull, ['griffin deployed', 'wolfhound deployed'], 300_000);
  expect(report).toContain('| `wolfhound` | ✅ deployed');
  expect(bot.comments(pull, '### Deploy of')).toHaveLength(1);
  // Another one than began it: it died by the activation that it asked for.
  expect(await mainPid(griffin)).not.toBe(pid);
  expect(await griffin.inside(`journalctl --unit=${unit} | grep -c "code=killed, status=9/KILL"`)).not.toBe('0\n');
  const story = await griffin.inside(`journalctl --unit=${unit} --output=cat | grep '"story"'`);
  const at = (words: RegExp) => story.split('\n').findIndex((line) => words.test(line));
  expect(at(/wolfhound at \w+: deployed/)).toBeGreaterThan(-1);
  expect(at(/wolfhound at \w+: deployed/)).toBeLessThan(at(/"host":"griffin"/));
  for (const host of [griffin, wolfhound]) {
    const { running } = await host.snapshot();

    expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
  }
  await until('the end', () => (bot.openDeployments().length === 0 ? true : null));
  await bot.close();
});
