import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, practice, type Practice } from './practice.ts';

type Payload = Record<string, unknown>;

let p: Practice;

beforeAll(async () => {
  p = await practice();
  const { forge, bot } = p;
  const issue = await forge.openIssue('acme/fleet', {
    login: 'ada',
    title: 'An issue',
    labels: ['fleet'],
    body: 'Why',
  });
  const comment = await forge.comment('acme/fleet', issue, 'ada', 'Hello');
  await forge.editComment('acme/fleet', comment, 'ada', 'Hello again');
  await forge.push('acme/fleet', 'change', { a: 'a' }, { login: 'ada' });
  const pull = await forge.openPullRequest('acme/fleet', {
    login: 'ada',
    head: 'change',
    title: 'Change',
    body: `Closes #${issue}`,
  });
  const head_sha = await forge.push('acme/fleet', 'change', { a: 'b' }, { login: 'ada' });
  await bot.rest.checks.create({ ...at, name: 'plan', head_sha });
  await forge.merge('acme/fleet', pull, 'ada');
});
afterAll(() => p.close());

/** Every field of GitHub's example that ours lacks, folders of fields included. */
function missing(example: unknown, ours: unknown, path = ''): string[] {
  if (Array.isArray(example)) {
    const [first] = example;
    return Array.isArray(ours) && ours.length > 0 && first !== undefined ? missing(first, ours[0], `${path}[]`) : [];
  }
  if (typeof example !== 'object' || example === null) return [];
  // Where GitHub has an object and we have null, null is a value that GitHub has elsewhere too.
  if (ours === null) return [];
  if (typeof ours !== 'object') return [path];
  return Object.entries(example).flatMap(([field, value]) =>
    field in ours ? missing(value, (ours as Payload)[field], `${path}.${field}`) : [`${path}.${field}`],
  );
}

/** Fields of the examples that GitHub no longer sends, or that only its own clients read. */
const left =
  /\.(master_branch|stargazers|username|enterprise|organization|role_name|custom_properties|follow\w*|labels\[\]\.description)$|\.repository\.owner\.(name|email)$|\.app\.description$|\.permissions\./;

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: Payload[];
}[];

test.each([
  ['issues', 'opened'],
  ['issues', 'labeled'],
  ['issue_comment', 'created'],
  ['issue_comment', 'edited'],
  ['pull_request', 'opened'],
  ['pull_request', 'synchronize'],
  ['pull_request', 'closed'],
  ['push', null],
  ['check_run', 'created'],
  ['installation', 'created'],
])("%s %s has every field of GitHub's own example", (event, action) => {
  const ours = p.forge.deliveries().findLast((one) => one.event === event && one.action === action);
  const kin = (examples.find((one) => one.name === event)?.examples ?? []).filter(
    (one) => (one['action'] ?? null) === action,
  );
  expect(kin.length).toBeGreaterThan(0);
  // Examples differ in age and in kind (tags, organisations): the one that is most like ours counts.
  const body: unknown = JSON.parse(ours?.body ?? 'null');
  const gaps = kin.map((example) => missing(example, body).filter((path) => !left.test(path)));
  expect(gaps.sort((a, b) => a.length - b.length)[0]).toEqual([]);
});

test('a payload that lacks a field would be seen', () => {
  expect(missing({ a: { b: 1 }, c: [{ d: 1 }] }, { a: {}, c: [{}] })).toEqual(['.a.b', '.c[].d']);
});
