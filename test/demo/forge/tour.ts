import type { Octokit } from '@octokit/rest';
import { at, type Practice } from './practice.ts';

/** Calls every route of the forge the way the bot would, with good and bad endings, and says nothing of the answers. */
export async function tour(p: Practice): Promise<void> {
  await askTheApp(p);
  const { commit, number } = await changeThroughGit(p);
  await readTheRepository(p.bot, commit);
  await talk(p, number);
  await check(p.bot, commit);
  await deploy(p.bot, commit);
  await finish(p, number, commit);
}

/** Lets a call fail: the answer is what the tour is after. */
async function refused(call: Promise<unknown>): Promise<void> {
  await call.then(
    () => {
      throw new Error('this call of the tour was meant to be refused');
    },
    (error: unknown) => {
      if (!(error instanceof Error) || !('status' in error)) throw error;
    },
  );
}

async function askTheApp(p: Practice): Promise<void> {
  const { app, bot, installation } = p;
  await app.rest.apps.getAuthenticated();
  await app.rest.apps.listInstallations();
  await app.rest.apps.getInstallation({ installation_id: installation });
  await app.rest.apps.getRepoInstallation(at);
  await refused(app.rest.apps.getRepoInstallation({ owner: 'acme', repo: 'nothing' }));
  await p.token({ permissions: { contents: 'read' }, repositories: ['fleet'] });
  await refused(p.token({ repositories: ['nothing'] }));
  await bot.rest.apps.listReposAccessibleToInstallation();
  await bot.rest.rateLimit.get();
  const { data: deliveries } = await app.rest.apps.listWebhookDeliveries();
  const id = deliveries[0]?.id ?? 0;
  await app.rest.apps.getWebhookDelivery({ delivery_id: id });
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
}

async function changeThroughGit(p: Practice): Promise<{ commit: string; number: number }> {
  const { bot } = p;
  const head = (await bot.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const blob = await bot.rest.git.createBlob({
    ...at,
    content: Buffer.from([0, 1, 2]).toString('base64'),
    encoding: 'base64',
  });
  await bot.rest.git.getBlob({ ...at, file_sha: blob.data.sha });
  const { data: tree } = await bot.rest.git.createTree({
    ...at,
    base_tree: head,
    tree: [
      { path: 'zones/fleet.lan', mode: '100644', type: 'blob', content: 'two\n' },
      { path: 'README.md', sha: null },
      { path: 'bin/raw', mode: '100755', type: 'blob', sha: blob.data.sha },
    ],
  });
  await refused(bot.rest.git.createTree({ ...at, tree: [{ path: '../up', mode: '100644', content: '' }] }));
  await bot.rest.git.getTree({ ...at, tree_sha: tree.sha, recursive: 'true' });
  const made = await bot.rest.git.createCommit({ ...at, message: 'Change the zone', tree: tree.sha, parents: [head] });
  const commit = made.data.sha;
  await bot.rest.git.getCommit({ ...at, commit_sha: commit });
  await refused(bot.rest.git.getCommit({ ...at, commit_sha: 'f'.repeat(40) }));
  await bot.rest.git.createRef({ ...at, ref: 'refs/heads/change', sha: head });
  await refused(bot.rest.git.createRef({ ...at, ref: 'refs/heads/change', sha: head }));
  await bot.rest.git.updateRef({ ...at, ref: 'heads/change', sha: commit });
  await refused(bot.rest.git.updateRef({ ...at, ref: 'heads/change', sha: head }));
  await bot.rest.git.createRef({ ...at, ref: 'refs/heads/old', sha: head });
  await bot.rest.git.deleteRef({ ...at, ref: 'heads/old' });
  const { data: pull } = await bot.rest.pulls.create({
    ...at,
    title: 'Change',
    head: 'change',
    base: 'main',
    body: 'Why',
  });
  await refused(bot.rest.pulls.create({ ...at, title: 'Again', head: 'change', base: 'main' }));
  return { commit, number: pull.number };
}

async function readTheRepository(bot: Octokit, commit: string): Promise<void> {
  await bot.rest.repos.get(at);
  await refused(bot.rest.repos.get({ owner: 'acme', repo: 'nothing' }));
  await bot.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'ada' });
  await refused(bot.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'nobody-known' }));
  await bot.rest.repos.getBranch({ ...at, branch: 'change' });
  await refused(bot.rest.repos.getBranch({ ...at, branch: 'nothing' }));
  await bot.rest.repos.getCommit({ ...at, ref: 'change' });
  await bot.rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...change' });
  await bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: commit });
  await bot.rest.repos.getContent({ ...at, path: 'zones/fleet.lan' });
  await bot.rest.repos.getContent({ ...at, path: 'zones' });
  await bot.rest.repos.getContent({ ...at, path: '' });
  await refused(bot.rest.repos.getContent({ ...at, path: 'zones/nothing' }));
  const { data: comment } = await bot.rest.repos.createCommitComment({ ...at, commit_sha: commit, body: 'A comment' });
  await refused(bot.rest.repos.createCommitComment({ ...at, commit_sha: 'f'.repeat(40), body: 'A comment' }));
  await bot.rest.repos.listCommentsForCommit({ ...at, commit_sha: commit });
  await bot.rest.repos.updateCommitComment({ ...at, comment_id: comment.id, body: 'Another text' });
  await refused(bot.rest.repos.updateCommitComment({ ...at, comment_id: 1, body: 'Another text' }));
}

async function talk(p: Practice, number: number): Promise<void> {
  const { bot } = p;
  const { data: issue } = await bot.rest.issues.create({
    ...at,
    title: 'From the bot',
    body: 'Text',
    labels: ['fleet'],
  });
  const issue_number = issue.number;
  await bot.rest.issues.listForRepo({ ...at, state: 'all' });
  await bot.rest.issues.get({ ...at, issue_number });
  await refused(bot.rest.issues.get({ ...at, issue_number: 9999 }));
  await bot.rest.issues.update({ ...at, issue_number, title: 'Renamed', state: 'closed' });
  await bot.rest.issues.addLabels({ ...at, issue_number: number, labels: ['fleet', 'dns'] });
  await bot.rest.issues.listLabelsOnIssue({ ...at, issue_number: number });
  const { data: comment } = await bot.rest.issues.createComment({ ...at, issue_number, body: 'A comment' });
  const comment_id = comment.id;
  await refused(bot.rest.issues.createComment({ ...at, issue_number, body: 'x'.repeat(65_537) }));
  await bot.rest.issues.listComments({ ...at, issue_number });
  await bot.rest.issues.getComment({ ...at, comment_id });
  await bot.rest.issues.updateComment({ ...at, comment_id, body: 'Another text' });
  await bot.rest.reactions.createForIssue({ ...at, issue_number, content: 'eyes' });
  await bot.rest.reactions.createForIssue({ ...at, issue_number, content: 'eyes' });
  await bot.rest.reactions.listForIssue({ ...at, issue_number });
  await bot.rest.reactions.createForIssueComment({ ...at, comment_id, content: 'rocket' });
  await bot.rest.reactions.listForIssueComment({ ...at, comment_id });
  await bot.rest.issues.deleteComment({ ...at, comment_id });
}

async function check(bot: Octokit, commit: string): Promise<void> {
  const annotation = {
    path: 'zones/fleet.lan',
    start_line: 1,
    end_line: 1,
    annotation_level: 'warning',
    message: 'Look',
  } as const;
  const { data: run } = await bot.rest.checks.create({
    ...at,
    name: 'fleetwright / plan',
    head_sha: commit,
    status: 'in_progress',
  });
  await bot.rest.checks.update({
    ...at,
    check_run_id: run.id,
    status: 'completed',
    conclusion: 'success',
    output: { title: 'Fine', summary: 'All is fine.', annotations: [annotation] },
  });
  await bot.rest.checks.get({ ...at, check_run_id: run.id });
  await bot.rest.checks.listAnnotations({ ...at, check_run_id: run.id });
  await bot.rest.checks.listForRef({ ...at, ref: commit });
}

async function deploy(bot: Octokit, commit: string): Promise<void> {
  const { data } = await bot.rest.repos.createDeployment({
    ...at,
    ref: commit,
    environment: 'wolfhound',
    auto_merge: false,
    required_contexts: [],
    payload: { host: 'wolfhound' },
    production_environment: false,
  });
  if (!('id' in data)) throw new Error('the deployment was merged instead of made');
  const deployment_id = data.id;
  await bot.rest.repos.getDeployment({ ...at, deployment_id });
  await bot.rest.repos.listDeployments({ ...at, environment: 'wolfhound' });
  await bot.rest.repos.createDeploymentStatus({ ...at, deployment_id, state: 'success', description: 'Deployed' });
  await bot.rest.repos.listDeploymentStatuses({ ...at, deployment_id });
}

async function finish(p: Practice, pull_number: number, commit: string): Promise<void> {
  const { bot, forge } = p;
  await bot.rest.pulls.list({ ...at, head: 'acme:change', state: 'open' });
  await bot.rest.pulls.get({ ...at, pull_number });
  await refused(bot.rest.pulls.get({ ...at, pull_number: 9999 }));
  await bot.rest.pulls.update({ ...at, pull_number, title: 'A better title', body: 'And why' });
  await bot.rest.pulls.listFiles({ ...at, pull_number });
  await forge.push('acme/fleet', 'main', { 'elsewhere.txt': 'x\n' }, { login: 'ada' });
  // The defaults of a deployment merge the default branch first, which answers 202, and refuse a commit by its id.
  await bot.rest.repos.createDeployment({ ...at, ref: 'change' });
  await refused(bot.rest.repos.createDeployment({ ...at, ref: commit }));
  await refused(bot.rest.pulls.merge({ ...at, pull_number, sha: 'f'.repeat(40) }));
  await bot.rest.pulls.merge({ ...at, pull_number, merge_method: 'squash' });
  await refused(bot.rest.pulls.merge({ ...at, pull_number }));
}
