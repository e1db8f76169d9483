import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claude } from '../../../src/adapters/anthropic/claude.ts';
import { nothingKnown } from '../../../src/dns/serial-evidence.ts';
import { Draft } from '../../../src/writer/draft.ts';
import { write } from '../../../src/writer/loop.ts';
import { tools } from '../../../src/writer/tools/list.ts';
import { stoppedClock } from '../../fakes/clock.ts';
import { treeOf } from '../../fakes/tree.ts';

/** A server that somebody else wrote from the same API: it would notice what ours and the adapter get wrong together. */
const mock = new LLMock({ port: 0 });
beforeAll(() => mock.start());
afterAll(() => mock.stop());

const call = (name: string, input: object) => ({ name, arguments: JSON.stringify(input) });
const submission = {
  title: 'Turn b on',
  summary: 'The line that was off is on now.',
  hosts: ['griffin'],
  risks: [],
  verify: [],
};

test('a run of several turns with an overload between them ends with the change', async () => {
  const path = 'hosts/griffin.nix';
  mock
    .on(
      { turnIndex: 0 },
      { toolCalls: [call('list_files', { glob: '**' }), call('read_file', { path })], reasoning: 'I look.' },
    )
    .on(
      { turnIndex: 1 },
      { toolCalls: [call('replace', { path, old: 'b = false', new: 'b = true' })], reasoning: 'Now.' },
    )
    .on({ turnIndex: 2 }, { toolCalls: [call('submit', submission)], reasoning: 'Done.' });
  mock.nextRequestError(529, { message: 'Overloaded', type: 'overloaded_error' });
  const draft = new Draft(treeOf({ [path]: '{\n  b = false;\n}\n' }));
  const clock = stoppedClock();
  const written = await write(
    { repository: 'me/fleet', issue: 7, title: 'Turn b on', body: '', said: null, asker: 'ann' },
    { fleet: '', files: path },
    {
      draft,
      zones: [],
      hosts: new Map(),
      knownServers: async () => nothingKnown,
      now: clock.now(),
      maxFiles: 5,
      syntax: () => [],
      isZone: () => false,
      judge: async () => [],
    },
    {
      model: claude({
        apiKey: 'practice',
        model: 'claude-opus-5-5',
        baseUrl: mock.url,
        sleep: (ms) => clock.sleep(ms),
      }),
      tools,
      limits: { turns: 10, dollars: 2, wallMs: 60_000 },
      clock,
      boundary: 'b',
    },
  );
  expect(written).toMatchObject({ kind: 'submitted', submission });
  expect(draft.edits).toEqual([{ path, before: '{\n  b = false;\n}\n', after: '{\n  b = true;\n}\n' }]);
  expect(mock.getRequests().filter(({ response }) => response.status === 529)).toHaveLength(1);
  // The answer to the first turn reached the second one, under the ids that the mock made.
  expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('Replaced at line 2');
});
