import { Buffer } from 'node:buffer';
import { parseStorePath, type StorePath } from '../core/names.ts';
import type { ForeignRebuild, HostState } from './machine.ts';
import { inhibitorsOf, printInhibitors } from './shutdown-inhibitors.ts';

/** What `fleetwright-look` saw: the state of a host, and which of the restarting units wait for their next start just now. */
export interface Look extends HostState {
  readonly waitingUnits: readonly string[];
  /** Space that is left on `/`, in MiB; null where the host does not tell. */
  readonly freeRootMiB: number | null;
  /** Parts of the running system that differ from what was booted: they wait for a reboot. */
  readonly rebootFor: readonly string[];
}

/**
 * Reads the answer of `fleetwright-look`, or returns null where it is not a whole one. Lines are `word values…`:
 *
 *     running|booted|profile PATH      `-` where the link leads nowhere
 *     boot-id ID
 *     failed UNIT                      any number
 *     switching UNIT                   any number
 *     restarting UNIT COUNT waiting|recent
 *     scheduled BASE64                 only where a shutdown is scheduled
 *     lingers yes|no
 *     kills yes|no                     logind ends processes at logout
 *     dialect store-path|flake-only|missing
 *     flag --no-reexec|--fast          the word that keeps nixos-rebuild from building itself anew
 *     rebuilding PID USER PROGRAM ACTION    any number; `-` for what is not known
 *     free nix|boot|root MIB           once each, where the host tells
 *     reboot kernel|initrd|…           any number: what waits for a reboot
 *     systemd MAJOR                    where the host tells
 *     nix VERSION                      where the host tells
 *     inhibitors BASE64                logind's list as JSON, where it tells
 *     end
 */
export function parseLook(text: string): Look | null {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== 'end') return null;
  const single = new Map<string, string>();
  const many = new Map<string, string[]>();
  for (const line of lines) {
    const { word, value } = /^(?<word>[a-z-]+) (?<value>.*)$/.exec(line)?.groups ?? {};
    if (word === undefined || value === undefined) return null;
    if (repeated.has(word)) {
      many.set(word, [...(many.get(word) ?? []), value]);
    } else if (single.has(word)) return null;
    else single.set(word, value);
  }
  const links = ['running', 'booted', 'profile'].map((name) => linkOf(single.get(name)));
  const [running, booted, profile] = links;
  const bootId = single.get('boot-id');
  const dialect = dialects.find((one) => one === single.get('dialect'));
  const lingers = yesOrNo(single.get('lingers'));
  const kills = yesOrNo(single.get('kills'));
  const restarting = (many.get('restarting') ?? []).map(restartOf);
  if (running === undefined || booted === undefined || profile === undefined || bootId === undefined) return null;
  if (dialect === undefined || lingers === null || kills === null || restarting.includes(null)) return null;
  const restarts = restarting.filter((one) => one !== null);
  const scheduled = single.get('scheduled');
  const rebuilds = (many.get('rebuilding') ?? []).map(rebuildOf);
  const free = (many.get('free') ?? []).map(freeOf);
  if (rebuilds.includes(null) || free.includes(null)) return null;
  const places: Readonly<Partial<Record<Place, number>>> = Object.assign({}, ...free);
  const units = (many.get('switching') ?? []).map((unit) => ({ what: unit, pid: null, user: null }));
  return {
    running,
    booted,
    profile,
    bootId,
    failedUnits: many.get('failed') ?? [],
    restartingUnits: Object.fromEntries(restarts.map((one) => [one.unit, one.count])),
    waitingUnits: restarts.filter((one) => one.waiting).map((one) => one.unit),
    switching: many.has('switching'),
    scheduledShutdown: scheduled === undefined ? null : Buffer.from(scheduled, 'base64').toString('utf8'),
    killsDetachedRuns: kills && !lingers,
    dialect,
    foreignRebuilds: [...units, ...rebuilds.filter((one) => one !== null)],
    freeMiB: { nix: places.nix ?? null, boot: places.boot ?? null },
    freeRootMiB: places.root ?? null,
    rebootFor: many.get('reboot') ?? [],
    rebuildFlag: single.get('flag') === '--fast' ? '--fast' : '--no-reexec',
    systemd: numberOf(single.get('systemd')),
    nix: single.get('nix') ?? null,
    shutdownInhibitors: inhibitorsOf(single.get('inhibitors')),
  };
}

/** What a host that is in this state would answer: the inverse of `parseLook`, for hosts that are played. */
export function printLook(look: Look): string {
  const lines = [
    `running ${look.running ?? '-'}`,
    `booted ${look.booted ?? '-'}`,
    `profile ${look.profile ?? '-'}`,
    `boot-id ${look.bootId}`,
    ...look.failedUnits.map((unit) => `failed ${unit}`),
    ...unitsOf(look).map((unit) => `switching ${unit}`),
    ...Object.entries(look.restartingUnits).map(
      ([unit, count]) => `restarting ${unit} ${count} ${look.waitingUnits.includes(unit) ? 'waiting' : 'recent'}`,
    ),
    ...(look.scheduledShutdown === null
      ? []
      : [`scheduled ${Buffer.from(look.scheduledShutdown, 'utf8').toString('base64')}`]),
    `lingers ${look.killsDetachedRuns ? 'no' : 'yes'}`,
    `kills ${look.killsDetachedRuns ? 'yes' : 'no'}`,
    `dialect ${look.dialect}`,
    `flag ${look.rebuildFlag}`,
    ...look.foreignRebuilds
      .filter(({ pid }) => pid !== null)
      .map(({ what, pid, user }) => `rebuilding ${pid} ${user ?? '-'} ${what.includes(' ') ? what : `${what} -`}`),
    ...(['nix', 'boot'] as const).flatMap((place) =>
      look.freeMiB[place] === null ? [] : [`free ${place} ${look.freeMiB[place]}`],
    ),
    ...(look.freeRootMiB === null ? [] : [`free root ${look.freeRootMiB}`]),
    ...look.rebootFor.map((part) => `reboot ${part}`),
    ...(look.systemd === null ? [] : [`systemd ${look.systemd}`]),
    ...(look.nix === null ? [] : [`nix ${look.nix}`]),
    ...(look.shutdownInhibitors.length === 0
      ? []
      : [`inhibitors ${Buffer.from(printInhibitors(look.shutdownInhibitors), 'utf8').toString('base64')}`]),
    'end',
  ];
  return `${lines.join('\n')}\n`;
}

const repeated: ReadonlySet<string> = new Set(['failed', 'switching', 'restarting', 'rebuilding', 'free', 'reboot']);

/** A host that switches always has a unit for it, whoever began it. */
function unitsOf(look: Look): readonly string[] {
  const named = look.foreignRebuilds.filter(({ pid }) => pid === null).map(({ what }) => what);
  return look.switching && named.length === 0 ? ['nixos-rebuild-switch-to-configuration.service'] : named;
}

const dialects = ['store-path', 'flake-only', 'missing'] as const;

/** Undefined: not an answer. Null: the link leads nowhere, or not to a store path, which is never a healthy host. */
function linkOf(value: string | undefined): StorePath | null | undefined {
  return value === undefined ? undefined : parseStorePath(value);
}

function yesOrNo(value: string | undefined): boolean | null {
  return value === 'yes' ? true : value === 'no' ? false : null;
}

function restartOf(value: string): { unit: string; count: number; waiting: boolean } | null {
  const { unit, count, how } = /^(?<unit>\S+) (?<count>\d+) (?<how>waiting|recent)$/.exec(value)?.groups ?? {};
  if (unit === undefined || count === undefined) return null;
  return { unit, count: Number(count), waiting: how === 'waiting' };
}

function rebuildOf(value: string): ForeignRebuild | null {
  const { pid, user, program, action } =
    /^(?<pid>\d+) (?<user>\S+) (?<program>\S+) (?<action>\S+)$/.exec(value)?.groups ?? {};
  if (pid === undefined || program === undefined || action === undefined) return null;
  const what = action === '-' ? program : `${program} ${action}`;
  return { what, pid: Number(pid), user: user === undefined || user === '-' ? null : user };
}

type Place = 'nix' | 'boot' | 'root';

function freeOf(value: string): Record<string, number> | null {
  const { place, mib } = /^(?<place>nix|boot|root) (?<mib>\d{1,12})$/.exec(value)?.groups ?? {};
  return place === undefined || mib === undefined ? null : { [place]: Number(mib) };
}

function numberOf(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : null;
}
