import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesIn, fleet, type Loop, outcomesIn, people, startLoop } from './practice-loop.ts';

const zoneFile = 'dns/fleet.lan.zone';
let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

/** Mail for the whole zone goes elsewhere: nothing that code could call right or wrong. */
async function withMailServer(preference: number, serial: string): Promise<Readonly<Record<string, string>>> {
  const zone = (await loop.fileAt('main', zoneFile)) ?? '';
  return {
    [zoneFile]: zone
      .replace(/\d{10} ; serial/, `${serial} ; serial`)
      .replace(/( +IN NS +ns2\n)/, `$1            IN MX    ${preference} ns1\n`),
  };
}

const check = (sha: string) => loop.forge.seen.checks(fleet, sha).find(({ name }) => name === 'fleetwright/plan');

test('a risk holds every deploy up until somebody with write permission says yes to this commit', async () => {
  const pull = await loop.pull('mail', await withMailServer(10, '2030010101'));
  const head = loop.headOf(pull);
  expect(check(head)).toMatchObject({
    conclusion: 'action_required',
    title: expect.stringContaining('1 risk to approve'),
  });
  const systems = loop.systems();
  const refused = await loop.say(pull, '/deploy griffin');
  expect(codesIn(refused)).toEqual(['approval-needed']);
  expect(refused[0]).toContain(`/approve @${head.slice(0, 12)}`);
  expect(codesIn(await loop.say(pull, '/deploy griffin --force --reason "in a hurry"'))).toEqual(['approval-needed']);
  expect(codesIn(await loop.say(pull, '/approve', people.outsider))).toEqual(['no-write-permission']);
  expect(loop.systems()).toEqual(systems);

  const said = (await loop.say(pull, '/approve')).join('\n');
  expect(said).toContain('the mail servers of fleet.lan. change');
  expect(said).toContain(`risk, approved by \`${people.reviewer}\``);
  expect(check(head)).toMatchObject({ conclusion: 'success' });
  expect(codesIn(await loop.say(pull, '/approve'))).toEqual(['nothing-to-approve']);
  expect(outcomesIn((await loop.say(pull, '/deploy griffin')).at(-1))).toEqual(['griffin deployed']);
});

test('a push takes the yes back', async () => {
  const pull = await loop.pull('mail-again', await withMailServer(20, '2030010102'));
  await loop.say(pull, '/approve');
  await loop.forge.push(fleet, 'mail-again', await withMailServer(30, '2030010102'), { login: people.owner });
  await loop.quiet();
  expect(codesIn(await loop.say(pull, '/deploy griffin'))).toEqual(['approval-needed']);
});

test('a merge is no yes to a risk: nothing is deployed, and the yes can still be given', async () => {
  const pull = await loop.pull('mail-merged', await withMailServer(40, '2030010103'));
  const systems = loop.systems();
  expect(codesIn(await loop.merge(pull))).toEqual(['approval-needed']);
  expect(loop.systems()).toEqual(systems);
  await loop.say(pull, '/approve');
  expect(outcomesIn((await loop.say(pull, '/deploy griffin')).at(-1))).toEqual(['griffin deployed']);
});

test('an error is mended or set aside with a reason, which the report repeats', async () => {
  const zone = (await loop.fileAt('main', zoneFile)) ?? '';
  const pull = await loop.pull('no-serial', { [zoneFile]: `${zone}late        IN A     10.0.20.77\n` });
  expect(codesIn(await loop.say(pull, '/deploy griffin'))).toEqual(['findings-open']);
  const said = await loop.say(pull, '/deploy griffin --force --reason "the serial comes next"');
  expect(codesIn(said)).not.toContain('findings-open');
  expect(said.join('\n')).toContain('the serial comes next');
});
