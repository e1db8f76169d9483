import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { never } from '../core/bug.ts';
import { Fault } from '../core/fault.ts';
import { type HostName, parseHostName, type RepositoryName } from '../core/names.ts';
import { refuse } from '../core/refusal.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import type { Links } from '../host/link.ts';
import { targetOf } from '../host/machine-over-ssh.ts';
import { type HostLogs, readLogs } from '../host/read-logs.ts';
import { parseUnitName } from '../host/remote-names.ts';
import { steadyLink } from '../host/steady-link.ts';
import { renderLogs, renderLogsNotAllowed, renderLogsUnread, renderNoLogs } from '../report/logs.ts';
import { renderRefusals } from '../report/refusals.ts';
import type { Bot } from './bot.ts';
import { repositoryShape } from './change-job.ts';
import { postingKeys } from './posting-keys.ts';
import { readFleet } from './read-fleet.ts';

/** A journal that somebody with write permission asked for. */
export const logsJobShape = z.object({
  repository: repositoryShape,
  id: z.string(),
  issue: z.int(),
  host: z.string().transform((text, context): HostName => {
    const parsed = parseHostName(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: 'not a host name' });
    return z.NEVER;
  }),
  unit: z.string().nullable(),
  typed: z.string(),
});
export type LogsJob = z.output<typeof logsJobShape>;

/** Reads journals on the hosts of a repository, with its own key. */
export type ReadHostLogs = (
  repository: RepositoryName,
  fleet: FleetConfig,
  host: HostName,
  unit: string | null,
) => Promise<HostLogs>;

export function hostLogs(links: (repository: RepositoryName) => Promise<Links>, clock: Clock): ReadHostLogs {
  return async (repository, fleet, host, unit) => {
    const parsed = unit === null ? null : parseUnitName(unit);
    if (unit !== null && parsed === null) return { kind: 'no-such-unit', failed: [] };
    const link = steadyLink(await links(repository), targetOf(fleet, host), clock);
    try {
      return await readLogs(link, parsed, clock);
    } finally {
      await link.close();
    }
  };
}

/** Answers `/logs`: whatever comes of it is said, and asking again costs nothing but the words. */
export async function showLogs(bot: Bot, payload: unknown): Promise<void> {
  const job = logsJobShape.parse(payload);
  const body = await answerOf(bot, job);
  await bot.outbox.put(job.repository, postingKeys.logs(job.id), 'result', { kind: 'comment', issue: job.issue, body });
}

async function answerOf(bot: Bot, { repository, host, unit, typed }: LogsJob): Promise<string> {
  const fleet = await readFleet(bot.forge, repository);
  if (fleet.kind === 'no-fleet') return renderRefusals([{ refusal: fleet.refusal, typed }]);
  // The config may have lost the host since the words were typed.
  if (!Object.hasOwn(fleet.config.hosts, host))
    return renderRefusals([{ refusal: refuse('unknown-host', { host }), typed }]);
  try {
    const found = await bot.logs(repository.name, fleet.config, host, unit);
    switch (found.kind) {
      case 'logs':
        return renderLogs({ host, at: bot.clock.now(), ...found });
      case 'none-failed':
        return renderNoLogs(host);
      case 'no-such-unit': {
        const facts = { unit: unit ?? '', host, failed: found.failed };
        return renderRefusals([{ refusal: refuse('unknown-unit', facts, `/logs ${host}`), typed }]);
      }
      case 'not-allowed':
        return renderLogsNotAllowed(host, found.detail);
      default:
        return never(found);
    }
  } catch (fault) {
    // A host that does not answer now is what the person wants to know now.
    if (!(fault instanceof Fault)) throw fault;
    return renderLogsUnread(host, fault.message);
  }
}
