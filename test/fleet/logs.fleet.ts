import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../e2e/bot-world.ts';
import type { FleetBot } from './machines/fleet-bot.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import { service } from './machines/nix-text.ts';

/** `/logs` at a real host: journald, sudo and its rule are real. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(['wolfhound']);
});
afterAll(() => fleet?.close());

async function answered(bot: FleetBot, pull: number, line: string, text: string): Promise<string> {
  await bot.say(pull, line);
  return (await until(`the answer to ${line}`, () => bot.comments(pull, text).at(-1), 60_000)) ?? '';
}

test('/logs shows what units of a real host said, and says what it cannot show', { timeout: 300_000 }, () =>
  fleet.alone({ on: 'wolfhound' }, async ({ host, bot }) => {
    await bot.running();
    const script =
      'echo "hello from the web, DB_PASSWORD=hunter2"\nprintf "\\\\033[31mred\\\\033[0m\\\\n"\nexec sleep 1d';
    const { pull } = await bot.deploy({ [host.name]: service('web', script) }, ['wolfhound deployed']);

    const web = await answered(bot, pull, '/logs wolfhound web', 'wolfhound: web.service');
    expect(web).toMatch(/\d\d:\d\d:\d\d\S* wolfhound \S+\[\d+\]: hello from the web, DB_PASSWORD=\[redacted\]/);
    expect(web).toContain('active (running)');
    expect(web).not.toContain('hunter2');
    expect(web).not.toContain('\u001B');

    expect(await answered(bot, pull, '/logs wolfhound', 'No unit of')).toContain('`wolfhound`');
    await host.inside('systemd-run --unit=broken sh -c "echo it breaks; exit 3"; sleep 1; systemctl is-failed broken');
    const broken = await answered(bot, pull, '/logs wolfhound', 'broken.service');
    expect(broken).toContain('failed (failed, exit-code)');
    expect(broken).toContain('it breaks');
    const missing = await answered(bot, pull, '/logs wolfhound consul.service', 'unknown-unit');
    expect(missing).toContain('broken.service');
    await host.inside('systemctl reset-failed broken');

    await host.inside('mv /etc/sudoers.d/fleetwright /root/rules');
    expect(await answered(bot, pull, '/logs wolfhound web.service', 'may not read')).toContain(
      'a password is required',
    );
    await host.inside('mv /root/rules /etc/sudoers.d/fleetwright');
    await host.cutNetwork('link');
    expect(await answered(bot, pull, '/logs wolfhound web.service', 'The journal of')).toContain('Nothing was changed');
  }),
);
