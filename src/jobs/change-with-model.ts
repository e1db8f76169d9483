import { randomUUID } from 'node:crypto';
import { never } from '../core/bug.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Tree } from '../core/tree.ts';
import { judge } from '../guard/list.ts';
import { changedZones } from '../guard/zones-changed.ts';
import { renderQuestion, renderWriting, renderWrittenChange } from '../report/change.ts';
import { renderRefusal } from '../report/refusals.ts';
import { Draft } from '../writer/draft.ts';
import { type Written, write } from '../writer/loop.ts';
import type { Model } from '../writer/model.ts';
import type { Desk } from '../writer/tool.ts';
import { tools } from '../writer/tools/list.ts';
import { syntaxFindings } from '../writer/syntax-findings.ts';
import type { Bot } from './bot.ts';
import { openPullRequest, sayOnIssue } from './change-postings.ts';
import type { ChangeJob } from './change-job.ts';
import { diffOf } from './diff-of.ts';
import { dnsChangesOf } from './dns-changes.ts';
import { hostAddresses } from './direct-plan.ts';
import { fleetMapOf } from './fleet-map-of.ts';
import { factsOf } from './facts-of.ts';
import { knownServersAt } from './known-serials.ts';
import { proveZones } from './prove-zones.ts';
import type { Fleet } from './read-fleet.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** Lets the model write the change in memory; what it submits is judged by the guards before anything leaves. */
export async function changeWithModel(
  bot: Bot,
  job: ChangeJob,
  fleet: Fleet,
  by: NonNullable<Bot['model']>,
  signal: AbortSignal,
): Promise<void> {
  const draft = new Draft(fleet.tree);
  const desk = await deskFor(bot, job, fleet, draft);
  await sayOnIssue(bot, job, 'progress', renderWriting([], 'reading the repository'));
  const progress = { told: Promise.resolve() };
  const written = await write(
    {
      repository: job.repository.name,
      issue: job.issue,
      title: job.title,
      body: job.body,
      said: job.said,
      asker: job.asker,
    },
    {
      fleet: await fleetMapOf(bot, job.repository, fleet.config, fleet.sha),
      files: await filesOf(fleet.tree),
    },
    desk,
    {
      model: by.model,
      tools,
      limits: by.limits,
      clock: bot.clock,
      boundary: `material-${randomUUID()}`,
      signal,
      onTool(name, input, isError) {
        bot.tell({
          step: 'tool',
          issue: job.issue,
          text: `${name}${isError ? ' (refused)' : ''} ${subjectOf(input)}`.trim(),
        });
        // One after another, so that an older state never replaces a newer one. A lost progress line decides nothing.
        progress.told = progress.told
          .then(() => sayOnIssue(bot, job, 'progress', renderWriting(draft.plan, `now: ${name} ${subjectOf(input)}`)))
          .catch(() => {});
      },
    },
  );
  await progress.told;
  await handOver({ bot, job, fleet, model: by.model, draft }, written);
}

interface Run {
  readonly bot: Bot;
  readonly job: ChangeJob;
  readonly fleet: Fleet;
  readonly model: Model;
  readonly draft: Draft;
}

async function handOver({ bot, job, fleet, model, draft }: Run, written: Written): Promise<void> {
  switch (written.kind) {
    case 'submitted': {
      const { submission, spent } = written;
      const states = { before: draft.base, after: draft.tree, current: draft.base };
      const diff = await diffOf(fleet.config, states, bot.clock.now());
      const changed = changedZones(diff).flatMap(({ after }) => after ?? []);
      const at = { repository: job.repository, sha: fleet.sha };
      const { programs, serials } = await knownServersAt(bot, at, changed, async () => changed);
      const proof = await proveZones(bot.zoneCompiler, programs, diff, null);
      if (isRefusal(proof)) {
        await sayOnIssue(bot, job, 'result', renderRefusal(proof));
        bot.tell({ step: 'refused', issue: job.issue, text: proof.code });
        return;
      }
      const body = renderWrittenChange({
        ...submission,
        issue: job.issue,
        asker: job.asker,
        model: model.name,
        files: draft.edits.map(({ path }) => path),
        turns: spent.turns,
        dollars: spent.dollars,
        scripted: model.scripted,
        dns: dnsChangesOf(diff, fleet.config, serials),
      });
      const change = { title: submission.title, body, edits: draft.edits };
      if (!(await openPullRequest(bot, job, fleet, change))) return;
      bot.tell({
        step: 'change-written',
        issue: job.issue,
        text: `${submission.title} (${draft.edits.length} files, ${spent.turns} turns)`,
      });
      return;
    }
    case 'asked': {
      const { slug } = await bot.forge.identity();
      await sayOnIssue(bot, job, 'result', renderQuestion(written.question, slug));
      bot.tell({ step: 'question', issue: job.issue, text: written.question.question });
      return;
    }
    case 'stopped':
      await sayOnIssue(bot, job, 'result', renderRefusal(written.refusal));
      bot.tell({ step: 'refused', issue: job.issue, text: written.refusal.code });
      return;
    default:
      never(written);
  }
}

async function deskFor(bot: Bot, job: ChangeJob, fleet: Fleet, draft: Draft): Promise<Desk> {
  const texts = await zoneTexts(fleet.tree, fleet.config);
  const zoneFiles = new Set([...Object.values(fleet.config.zones).map(({ file }) => file), ...texts.keys()]);
  return {
    draft,
    zones: zoneSources(fleet.config),
    hosts: hostAddresses(fleet.config),
    knownServers: (zones, neighbours) =>
      knownServersAt(bot, { repository: job.repository, sha: fleet.sha }, zones, neighbours),
    now: bot.clock.now(),
    maxFiles: fleet.config.limits.max_changed_files,
    syntax: syntaxFindings,
    isZone: (path) => zoneFiles.has(path),
    async judge() {
      const states = { before: draft.base, after: draft.tree, current: draft.base };
      const facts = await factsOf(bot, job.repository, fleet.config, { base: fleet.sha, head: draft.edits });
      return judge(await diffOf(fleet.config, states, bot.clock.now(), facts));
    },
  };
}

/** The files there are. */
async function filesOf(tree: Tree): Promise<string> {
  const paths = (await tree.list()).map(({ path }) => path);
  const most = 800;
  return [...paths.slice(0, most), ...(paths.length > most ? [`… and ${paths.length - most} more files`] : [])].join(
    '\n',
  );
}

/** The file or question that a tool call is about, for people who watch. */
function subjectOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const named =
    'path' in input
      ? input.path
      : 'name' in input
        ? input.name
        : 'glob' in input
          ? input.glob
          : 'title' in input
            ? input.title
            : '';
  return typeof named === 'string' ? named.slice(0, 100) : '';
}
