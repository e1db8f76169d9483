import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from './machines/fleet.ts';

const service = (name: string, script: string) =>
  `{ systemd.services.${name} = { wantedBy = [ "multi-user.target" ]; script = "${script}"; }; }`;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

describe('a deploy to real hosts', () => {
  test('of one: it runs, boots into, and would boot again into what was merged', async () => {
    const bot = await fleet.bot(['wolfhound']);
    await bot.running();
    const host = fleet.host('wolfhound');
    const before = await host.snapshot();
    await bot.deploy({ wolfhound: service('web', 'exec sleep 1d') }, ['wolfhound deployed']);
    const after = await host.snapshot();
    expect(after.running).not.toBe(before.running);
    expect(after).toMatchObject({ profile: after.running, bootDefault: after.running, booted: before.booted });
    expect(await host.inside('systemctl is-active web.service')).toBe('active\n');
    await host.reboot();
    expect(await host.snapshot()).toMatchObject({ running: after.running, booted: after.running, failed: [] });
    await bot.close();
  });
});
