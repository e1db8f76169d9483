import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import { fleet, type Loop, outcomesIn, people, startLoop, withSetting } from './practice-loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

const report = (answers: readonly string[]) => answers.findLast((text) => text.includes('<sub>Rollout '));

/** Runs `/deploy host` on a pull request of its own and tells the report with what the host ran before. */
async function deployed(host: string, word: string) {
  const before = loop.truth(host);
  const number = await loop.pull(word.replaceAll(' ', '-'), await loop.touched(host, word));
  const text = report(await loop.say(number, `/deploy ${host}`)) ?? '';
  const sha = loop.headOf(number);
  const check = loop.forge.seen.checks(fleet, sha).find(({ name }) => name === 'fleetwright/deploy');
  const deployment = loop.forge.seen.deployments(fleet).findLast((one) => one.sha === sha);
  return { number, before, text, check, state: deployment?.states.at(-1)?.state };
}

describe('a deploy that cannot be done leaves the host as it was and says why', () => {
  test('the host is down: offline', async () => {
    const mend = loop.world.hosts.host('kestrel').fail({ kind: 'offline' });
    const { before, text, check, state } = await deployed('kestrel', 'while down');
    mend();
    expect(outcomesIn(text)).toEqual(['kestrel offline']);
    expect(text).toContain('<sub>unreachable</sub>');
    expect(text).toContain('`/deploy kestrel`');
    expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(state).toBe('failure');
    expect(loop.truth('kestrel')).toMatchObject({ running: before.running, profile: before.profile });
  });

  test('the host shows another key than the config names: refused, and nothing is sent to it', async () => {
    const key = /SHA256:\S+/.exec((await loop.fileAt('main', fleetConfigPath))?.split('kestrel:')[1] ?? '')?.[0] ?? '';
    const wrong = key.replace(/SHA256:.{6}/, 'SHA256:AAAAAA');
    const change = async (from: string, to: string) => {
      await loop.forge.push(
        fleet,
        'main',
        { [fleetConfigPath]: await loop.configWith(from, to) },
        { login: people.owner },
      );
      await loop.quiet();
    };
    await change(key, wrong);
    const { before, text } = await deployed('kestrel', 'wrong key');
    await change(wrong, key);
    expect(outcomesIn(text)).toEqual(['kestrel refused']);
    expect(text).toContain('<sub>login-impossible</sub>');
    expect(text).toContain('host key');
    expect(loop.truth('kestrel')).toMatchObject({ running: before.running, runs: before.runs, fence: before.fence });
  });

  test('the commit does not build: build-failed with the end of the log', async () => {
    const mend = loop.world.hosts.host('kestrel').fail({ kind: 'build-fails', when: { text: 'will not build' } });
    const { before, text } = await deployed('kestrel', 'will not build');
    mend();
    expect(outcomesIn(text)).toEqual(['kestrel build-failed']);
    expect(text).toContain('<sub>build-failed</sub>');
    expect(text).toContain('end of the log of build');
    expect(loop.truth('kestrel')).toMatchObject({ running: before.running, profile: before.profile });
  });

  test('the commit does not evaluate: build-failed, said as what it is', async () => {
    const before = loop.truth('kestrel');
    const path = 'hosts/kestrel/default.nix';
    const text = ((await loop.fileAt('main', path)) ?? '').replace('./hardware.nix', './hardwear.nix');
    const number = await loop.pull('does-not-evaluate', { [path]: text });
    const said = report(await loop.say(number, '/deploy kestrel'));
    expect(outcomesIn(said)).toEqual(['kestrel build-failed']);
    expect(said).toContain('<sub>evaluation-failed</sub>');
    expect(said).toContain('hardwear.nix');
    expect(loop.truth('kestrel')).toMatchObject({ running: before.running, profile: before.profile });
  });
});

test('two deploys of one host at once: the second waits its turn, and both end', async () => {
  const number = await loop.pull('both', await loop.touched('kestrel', 'both at once'));
  const mend = loop.world.hosts.host('kestrel').fail({ kind: 'build-slow', ms: 700 });
  await loop.forge.comment(fleet, number, people.owner, '/deploy kestrel');
  await loop.forge.comment(fleet, number, people.reviewer, '/deploy kestrel');
  await loop.until('the second is queued', () => loop.said(number).some((text) => text.includes('queued behind')));
  await loop.quiet();
  mend();
  const ends = loop.said(number).flatMap((text) => outcomesIn(text));
  expect([...ends].sort()).toEqual(['kestrel deployed', 'kestrel unchanged']);
  expect(loop.world.hosts.violations()).toEqual([]);
});

describe.each(['squash', 'rebase'] as const)('a merge by %s', (method) => {
  test('of a pull request that was tried before finds the host there already', async () => {
    const number = await loop.pull(`by-${method}`, await loop.touched('wolfhound', `by ${method}`));
    expect(outcomesIn(report(await loop.say(number, '/deploy wolfhound')))).toEqual(['wolfhound deployed']);
    const running = loop.truth('wolfhound').running;
    const answers = await loop.merge(number, method);
    expect(outcomesIn(report(answers))).toEqual(['wolfhound unchanged']);
    expect(answers).toHaveLength(1);
    expect(loop.truth('wolfhound').running).toBe(running);
  });

  test('brings only the hosts that it changes, also when main moved on since it was opened', async () => {
    const number = await loop.pull(`later-${method}`, await loop.touched('griffin', `later ${method}`));
    await loop.merge(await loop.pull(`between-${method}`, await loop.touched('blackjack', `between ${method}`)));
    const before = loop.systems();
    const answers = await loop.merge(number, method);
    expect(outcomesIn(report(answers))).toEqual(['griffin deployed']);
    const moved = Object.keys(before).filter((host) => loop.systems()[host]?.[0] !== before[host]?.[0]);
    expect(moved).toEqual(['griffin']);
  });
});

describe('a host that was put back is held', () => {
  test('through unrelated and shared merges, until somebody frees it by name', async () => {
    const mend = loop.world.hosts.host('anubis').fail({
      kind: 'unit-fails',
      unit: 'nsd.service',
      when: { text: 'breaks nsd' },
      message: 'bad configuration',
    });
    const old = loop.truth('anubis').running;
    // Opened before the bad merge, so that it was made against a main that does not have it.
    const unrelated = await loop.pull('unrelated', await loop.touched('griffin', 'unrelated'));
    const bad = await loop.pull('breaks-nsd', await loop.touched('anubis', 'breaks nsd'));
    const first = report(await loop.merge(bad)) ?? '';
    expect(outcomesIn(first)).toEqual(['anubis reverted']);
    expect(first).toContain('<sub>probes-failed</sub>');
    expect(loop.truth('anubis')).toMatchObject({ running: old, profile: old, failedUnits: [] });

    expect(outcomesIn(report(await loop.merge(unrelated)))).toEqual(['griffin deployed']);
    expect(loop.truth('anubis').running).toBe(old);

    const common = withSetting((await loop.fileAt('main', 'common.nix')) ?? '', 'shared');
    const shared = report(await loop.merge(await loop.pull('shared', { 'common.nix': common }))) ?? '';
    expect(outcomesIn(shared)).toContain('anubis refused');
    expect(outcomesIn(shared)).toContain('griffin deployed');
    expect(shared).toContain('<sub>held</sub>');
    expect(loop.truth('anubis').running).toBe(old);

    const [status] = await loop.say(bad, '/status anubis');
    expect(status).toContain('held: reverted');

    mend();
    const freed = report(await loop.say(bad, '/deploy anubis'));
    expect(outcomesIn(freed)).toEqual(['anubis deployed']);
    expect(loop.truth('anubis').running).not.toBe(old);
    const [after] = await loop.say(bad, '/status anubis');
    expect(after).not.toContain('held');
  });

  test('/rollback brings a host back and holds it; /verify looks and changes nothing', async () => {
    const before = loop.truth('blackjack').running;
    const number = await loop.pull('to-roll-back', await loop.touched('blackjack', 'to roll back'));
    await loop.say(number, '/deploy blackjack');
    const tried = loop.truth('blackjack').running;
    expect(tried).not.toBe(before);
    const verified = report(await loop.say(number, '/verify blackjack')) ?? '';
    expect(verified).toContain('### Verify');
    expect(verified).toContain('Done');
    expect(loop.truth('blackjack').running).toBe(tried);
    const back = report(await loop.say(number, '/rollback blackjack')) ?? '';
    expect(back).toContain('### Rollback');
    expect(loop.truth('blackjack')).toMatchObject({ running: before, profile: before });
    expect((await loop.say(number, '/status blackjack'))[0]).toContain('held');
  });
});

test('a merge that would undo a deploy leaves that host alone and says so; the others go on', async () => {
  const open = await loop.pull('tried', await loop.touched('wolfhound', 'tried, not merged'));
  await loop.say(open, '/deploy wolfhound');
  const running = loop.truth('wolfhound').running;
  const common = withSetting((await loop.fileAt('main', 'common.nix')) ?? '', 'would undo');
  const answers = await loop.merge(await loop.pull('would-undo', { 'common.nix': common }));
  const refused = answers.find((text) => text.includes('<sub>not-an-ancestor</sub>')) ?? '';
  expect(refused).toContain(`\`wolfhound\` runs \`${loop.headOf(open).slice(0, 12)}\``);
  expect(loop.truth('wolfhound').running).toBe(running);
  expect(outcomesIn(report(answers))).toContain('griffin deployed');
  expect(outcomesIn(report(answers)).some((one) => one.startsWith('wolfhound'))).toBe(false);
});

test('no host was ever asked something outside the closed set', () => {
  expect(loop.world.hosts.violations()).toEqual([]);
});
