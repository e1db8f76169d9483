import type { Annotation, Posting, RepositoryRef } from '../../jobs/forge.ts';
import type { Hints, Remote } from '../../jobs/forge-writer.ts';
import type { GitHub } from './github-client.ts';

type CheckRun = Extract<Posting, { readonly kind: 'check-run' }>;

interface Found {
  readonly id: number;
  readonly url: string;
  readonly annotations: number;
}

/** GitHub takes 50 annotations with a request and appends them to those that are there (docs, "Update a check run"). */
const annotationsAtOnce = 50;

/** Creates or updates one check run, by its name on one commit. */
export async function deliverCheckRun(
  github: GitHub,
  repository: RepositoryRef,
  posting: CheckRun,
  hints: Hints,
): Promise<Remote> {
  let run = await startingPoint(github, repository, posting, hints);
  run ??= await create(github, repository, posting, hints.mark);
  // Always one update of a run that was there: its status and text are what changed.
  let first = hints.known !== null || hints.look;
  while (first || run.annotations < posting.annotations.length) {
    run = await update(github, repository, posting, run);
    first = false;
  }
  return { id: run.id, url: run.url, memory: { sha: posting.sha, annotations: run.annotations } };
}

async function startingPoint(
  github: GitHub,
  repository: RepositoryRef,
  posting: CheckRun,
  { known, look, mark }: Hints,
): Promise<Found | null> {
  const sameCommit = known !== null && known.memory['sha'] === posting.sha;
  // A cut-off update may have left annotations behind, which only the forge can count.
  if (sameCommit && !look) {
    return { id: known.id, url: known.url, annotations: Number(known.memory['annotations'] ?? 0) };
  }
  if (!look) return null;
  return github.within(repository, 'looking for a check run', async (octokit, path) => {
    const { data } = await octokit.rest.checks.listForRef({
      ...path,
      ref: posting.sha,
      check_name: posting.name,
      app_id: github.appId,
      filter: 'all',
      per_page: 100,
    });
    const found = data.check_runs.find((run) => run.external_id === mark && run.app?.id === github.appId);
    if (found === undefined) return null;
    return { id: found.id, url: found.html_url ?? '', annotations: found.output.annotations_count };
  });
}

async function create(github: GitHub, repository: RepositoryRef, posting: CheckRun, mark: string): Promise<Found> {
  const annotations = posting.annotations.slice(0, annotationsAtOnce);
  const { data } = await github.within(repository, 'creating a check run', (octokit, path) =>
    octokit.rest.checks.create({
      ...path,
      name: posting.name,
      head_sha: posting.sha,
      external_id: mark,
      ...stateOf(posting),
      output: outputOf(posting, annotations),
    }),
  );
  return { id: data.id, url: data.html_url ?? '', annotations: annotations.length };
}

async function update(github: GitHub, repository: RepositoryRef, posting: CheckRun, run: Found): Promise<Found> {
  const annotations = posting.annotations.slice(run.annotations, run.annotations + annotationsAtOnce);
  const { data } = await github.within(repository, 'updating a check run', (octokit, path) =>
    octokit.rest.checks.update({
      ...path,
      check_run_id: run.id,
      ...stateOf(posting),
      output: outputOf(posting, annotations),
    }),
  );
  return { id: data.id, url: data.html_url ?? '', annotations: run.annotations + annotations.length };
}

function stateOf(posting: CheckRun) {
  return posting.conclusion === undefined
    ? { status: posting.status }
    : { status: posting.status, conclusion: posting.conclusion };
}

function outputOf(posting: CheckRun, annotations: readonly Annotation[]) {
  return {
    title: posting.title,
    summary: posting.summary,
    annotations: annotations.map((one) => ({
      path: one.path,
      start_line: one.line,
      end_line: one.line,
      annotation_level: one.level,
      message: one.message,
    })),
  };
}
