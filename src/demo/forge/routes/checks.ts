import { z } from 'zod';
import { Denied, notFound } from '../denied.ts';
import { tell } from '../ground.ts';
import {
  bodyOf,
  created,
  numberIn,
  ok,
  onRepository,
  page,
  pathOf,
  type Answer,
  type RepositoryCall,
  type Route,
} from '../route.ts';
import { checkRunShape, eventCheckRun } from '../shapes/check-run.ts';
import { characters } from '../shapes/text.ts';
import type { CheckRun } from '../state.ts';

const read = [{ checks: 'read' }] as const;
const write = [{ checks: 'write' }] as const;

/** GitHub's own bounds (REST reference, "Create a check run"). */
const longestText = 65_535;
const mostAnnotations = 50;
const mostActions = 3;

const text = z
  .string()
  .refine((value) => characters(value) <= longestText, `is too long (maximum is ${longestText} characters)`);
const line = z.number().int().min(1);

const annotationShape = z
  .object({
    path: z.string().min(1),
    start_line: line,
    end_line: line,
    start_column: line.optional(),
    end_column: line.optional(),
    annotation_level: z.enum(['notice', 'warning', 'failure']),
    message: z.string().min(1),
    title: z.string().max(255).optional(),
    raw_details: z.string().optional(),
  })
  // Columns mean something only within one line.
  .refine((one) => one.start_line === one.end_line || one.start_column === undefined, 'columns need one line');

const outputShape = z.object({
  title: z.string().optional(),
  summary: text,
  text: text.optional(),
  annotations: z.array(annotationShape).max(mostAnnotations).default([]),
});

const runShape = z.object({
  name: z.string().min(1).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  completed_at: z.iso.datetime({ offset: true }).optional(),
  output: outputShape.optional(),
  actions: z
    .array(
      z.object({
        label: z.string().max(20),
        description: z.string().max(40),
        identifier: z.string().max(20),
      }),
    )
    .max(mostActions)
    .optional(),
});

function apply(call: RepositoryCall, run: CheckRun, asked: z.output<typeof runShape>): void {
  const now = call.ground.world.now();
  run.name = asked.name ?? run.name;
  run.detailsUrl = asked.details_url ?? run.detailsUrl;
  run.externalId = asked.external_id ?? run.externalId;
  run.startedAt = asked.started_at === undefined ? (run.startedAt ?? now) : new Date(asked.started_at);
  // A conclusion completes the run, whatever status is named.
  run.status = asked.conclusion === undefined ? (asked.status ?? run.status) : 'completed';
  if (run.status !== 'completed') {
    run.conclusion = null;
    run.completedAt = null;
  } else {
    run.conclusion = asked.conclusion ?? run.conclusion;
    run.completedAt = asked.completed_at === undefined ? (run.completedAt ?? now) : new Date(asked.completed_at);
  }
  if (asked.output === undefined) return;
  run.title = asked.output.title ?? run.title;
  run.summary = asked.output.summary;
  run.text = asked.output.text ?? run.text;
  // Annotations add up over updates: that is how more than 50 are given.
  run.annotations.push(...asked.output.annotations);
}

function tellRun(call: RepositoryCall, run: CheckRun, action: string): void {
  const fields = { check_run: eventCheckRun(call.ground.world, call.repository, run) };
  tell(call.ground, call.repository, call.actor.user, 'check_run', { action, fields });
}

async function create(call: RepositoryCall): Promise<Answer> {
  const { repository, ground } = call;
  const shape = runShape.extend({ name: z.string().min(1), head_sha: z.string() });
  const asked = bodyOf(call, 'CheckRun', shape);
  const commit = /^[0-9a-f]{40}$/.test(asked.head_sha) ? await repository.git.commit(asked.head_sha) : null;
  if (commit === null) throw new Denied(422, `No commit found for SHA: ${asked.head_sha}`);
  if (asked.status === 'completed' && asked.conclusion === undefined) {
    throw new Denied(422, 'Invalid request.\n\nMissing required key "conclusion".');
  }
  const suite = repository.suites.get(commit.sha) ?? ground.world.nextId();
  repository.suites.set(commit.sha, suite);
  const run: CheckRun = {
    id: ground.world.nextId(),
    suite,
    headSha: commit.sha,
    name: asked.name,
    detailsUrl: null,
    externalId: '',
    status: 'queued',
    conclusion: null,
    startedAt: null,
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  apply(call, run, asked);
  repository.checkRuns.set(run.id, run);
  tellRun(call, run, 'created');
  if (run.status === 'completed') tellRun(call, run, 'completed');
  return created(checkRunShape(ground.world, repository, run));
}

function runIn(call: RepositoryCall): CheckRun {
  const run = call.repository.checkRuns.get(numberIn(call, 'check_run_id'));
  if (run === undefined) throw notFound();
  return run;
}

function update(call: RepositoryCall): Answer {
  const run = runIn(call);
  const asked = bodyOf(call, 'CheckRun', runShape);
  const wasCompleted = run.status === 'completed';
  apply(call, run, asked);
  if (!wasCompleted && run.status === 'completed') tellRun(call, run, 'completed');
  return ok(checkRunShape(call.ground.world, call.repository, run));
}

/** The runs of a commit. By default only the newest of each name, as GitHub's `filter=latest`. */
async function list(call: RepositoryCall): Promise<Answer> {
  const { repository, query } = call;
  const name = call.params['ref'] ?? '';
  const commit = (await repository.git.commit(`refs/heads/${name}`)) ?? (await repository.git.commit(name));
  if (commit === null) throw new Denied(422, `No commit found for SHA: ${name}`);
  const wanted = (run: CheckRun): boolean =>
    run.headSha === commit.sha &&
    (query.get('check_name') === null || run.name === query.get('check_name')) &&
    (query.get('status') === null || run.status === query.get('status'));
  const newest = [...repository.checkRuns.values()].filter(wanted).reverse();
  const rows =
    query.get('filter') === 'all'
      ? newest
      : newest.filter((run, index) => newest.findIndex((other) => other.name === run.name) === index);
  return page(call, pathOf(call, '/repos/{owner}/{repo}/commits/{ref}/check-runs'), rows, (shown) => ({
    total_count: rows.length,
    check_runs: shown.map((run) => checkRunShape(call.ground.world, repository, run)),
  }));
}

function annotations(call: RepositoryCall): Answer {
  const run = runIn(call);
  const template = '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations';
  return page(call, pathOf(call, template), run.annotations, (rows) =>
    rows.map((one) => ({
      path: one.path,
      start_line: one.start_line,
      end_line: one.end_line,
      start_column: one.start_column ?? null,
      end_column: one.end_column ?? null,
      annotation_level: one.annotation_level,
      title: one.title ?? null,
      message: one.message,
      raw_details: one.raw_details ?? null,
      blob_href: `${call.ground.world.url}/${call.repository.fullName}/blob/${run.headSha}/${one.path}`,
    })),
  );
}

export const checkRoutes: readonly Route[] = [
  onRepository('POST', '/check-runs', write, create),
  onRepository('GET', '/check-runs/{check_run_id}', read, (call) =>
    ok(checkRunShape(call.ground.world, call.repository, runIn(call))),
  ),
  onRepository('PATCH', '/check-runs/{check_run_id}', write, update),
  onRepository('GET', '/check-runs/{check_run_id}/annotations', read, annotations),
  onRepository('GET', '/commits/{ref}/check-runs', read, list),
];
