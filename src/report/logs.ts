import type { HostName } from '../core/names.ts';
import { redactLog } from '../core/redact-log.ts';
import { tailOf } from './cut.ts';
import { block, code, folded, listed, plain } from './markdown.ts';

/** What was read of a host. The same words as the host's own answer, since `report/` comes before `host/`. */
export interface ToldLogs {
  readonly host: HostName;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly units: readonly { readonly unit: string; readonly state: string | null; readonly text: string }[];
  /** Units that have failed too, and whose journal was not read. */
  readonly more: readonly string[];
}

/** All of it together fits a comment, whatever a program writes. */
const mostCharacters = 50_000;

/** The journals that were asked for, each closed until a reader opens it. */
export function renderLogs({ host, at, units, more }: ToldLogs): string {
  const each = Math.floor(mostCharacters / Math.max(1, units.length));
  const parts = units.map(({ unit, state, text }) => {
    const about = state === null ? 'gone' : plain(state);
    if (text === '') return `${code(unit)}, ${about}: its journal is empty.`;
    return folded(`${plain(host)}: ${plain(unit)}, ${about}`, block(tailOf(shown(text), each)));
  });
  const time = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `The end of the journal on ${code(host)}, read at ${time} UTC. What looks like a secret is taken out; nobody can promise that nothing is left.`,
    ...parts,
    ...(more.length === 0
      ? []
      : [
          `${listed(more.map(code))} ${more.length === 1 ? 'has' : 'have'} failed there too: ${code(`/logs ${host} ${more[0] ?? ''}`)}.`,
        ]),
  ].join('\n\n');
}

/** The end of a log says why, so what must go is cut from its beginning; secrets go before anything is cut in two. */
function shown(text: string): string {
  // Characters without a form of their own can make a line read as another one (Unicode TR 36 section 2.10).
  return redactLog(text).replaceAll(/(?![\t\n])\p{Cf}/gu, '');
}

export function renderNoLogs(host: HostName): string {
  return `No unit of ${code(host)} has failed or keeps restarting. To read the journal of one that runs, name it: ${code(`/logs ${host} <unit>`)}.`;
}

/** The host answered, and its account may not read what was asked for. */
export function renderLogsNotAllowed(host: HostName, detail: string): string {
  return `The account on ${code(host)} may not read its journal: ${plain(detail)}. ${code(`fleetwright doctor ${host}`)} says which rule is missing.`;
}

export function renderLogsUnread(host: HostName, detail: string): string {
  return `The journal of ${code(host)} could not be read: ${plain(detail)}. Nothing was changed there. To see where the host is, type ${code(`/verify ${host}`)}.`;
}
