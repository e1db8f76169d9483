import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { HostLogs } from '../../src/host/read-logs.ts';
import type { Bot } from '../../src/jobs/bot.ts';
import { type LogsJob, showLogs } from '../../src/jobs/show-logs.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

const files = {
  '.github/fleetwright.yml': `hosts:\n  one: { address: one, host_key: "SHA256:${'A'.repeat(43)}" }\n`,
};
const job: LogsJob = {
  repository,
  id: 'c7-0',
  issue: 3,
  host: 'one' as LogsJob['host'],
  unit: 'nginx',
  typed: '/logs one nginx',
};

async function answer(found: HostLogs | Fault, more: Partial<LogsJob> = {}, tree: Record<string, string> = files) {
  const { bot, posted } = fakeBot({ commits: { [commit('a')]: tree }, head: commit('a') });
  const asked: unknown[] = [];
  const logs: Bot['logs'] = async (...words) => {
    asked.push([words[0], words[2], words[3]]);
    if (found instanceof Fault) throw found;
    return found;
  };
  await showLogs({ ...bot, logs }, { ...job, ...more });
  const posting = posted[0]?.posting;
  return { body: posting?.kind === 'comment' ? posting.body : '', posted, asked };
}

const words = (text: string): HostLogs => ({
  kind: 'logs',
  units: [{ unit: 'nginx.service', state: 'active (running)', text }],
  more: [],
});

describe('/logs', () => {
  test('is answered with a folded journal, once, where it was asked', async () => {
    const { body, posted, asked } = await answer(words('ready\n'));
    expect(asked).toEqual([[repository.name, 'one', 'nginx']]);
    expect(posted).toMatchObject([{ key: 'logs:c7-0', posting: { kind: 'comment', issue: 3 } }]);
    expect(body).toContain('<details><summary>one: nginx.service, active (running)</summary>\n\n```\nready\n```');
  });

  test('takes out what looks like a secret before anything is cut in two', async () => {
    const { body } = await answer(words(`PASSWORD=${'x'.repeat(60_000)}\nready\u202E\u200B\n`));
    expect(body).not.toContain('xxx');
    expect(body).toContain('PASSWORD=[redacted]\nready\n');
  });

  test('never grows beyond a comment, and keeps the end', async () => {
    const { body } = await answer(words(`${'a line of words\n'.repeat(9000)}the end\n`));
    expect(body.length).toBeLessThan(60_000);
    expect(body).toContain('the end\n');
    expect(body).toContain('characters before this are left out');
  });

  test.each<[string, HostLogs | Fault, string]>([
    ['a unit that is none', { kind: 'no-such-unit', failed: [] }, 'has no unit `nginx`'],
    ['an account without the right', { kind: 'not-allowed', detail: 'sudo: no' }, 'may not read its journal: sudo: no'],
    ['a host that is well', { kind: 'none-failed' }, 'No unit of `one` has failed'],
    [
      'a host that is away',
      new Fault('connection-refused', 'opening', 'later', { detail: 'no route' }),
      'could not be read',
    ],
  ])('says of %s what it is', async (_, found, said) => expect((await answer(found)).body).toContain(said));

  test('is refused for a host that the config has lost meanwhile, and asks nobody', async () => {
    const { body, asked } = await answer(words('x'), { host: 'two' as LogsJob['host'] });
    expect(body).toContain('There is no host `two`');
    expect(asked).toEqual([]);
    expect((await answer(words('x'), {}, {})).body).toContain('config-missing');
  });
});
