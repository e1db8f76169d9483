import type { Clock } from '../../src/core/clock.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Finding } from '../../src/core/finding.ts';
import { type CommitSha, parseStorePath, type StorePath } from '../../src/core/names.ts';
import type {
  Activated,
  Armed,
  Built,
  BuiltFrom,
  Difference,
  Expected,
  Follow,
  HostState,
  Machine,
  WatchdogLevel,
} from '../../src/host/machine.ts';

/** How one system behaves on the host. What is not said goes well. */
export interface SystemManners {
  /** Of `test`: the exit code, 0 by default. */
  readonly testExit?: number;
  readonly bootExit?: number;
  readonly inhibited?: boolean;
  /** Nothing shows it beforehand. */
  readonly inhibitedUnseen?: boolean;
  readonly missing?: boolean;
  /** Its probes fail while it runs. */
  readonly unwell?: boolean;
  /** The host cannot be reached while it runs. */
  readonly cutsNetwork?: boolean;
  /** `test` never comes to its end. */
  readonly hangs?: boolean;
}

/** What goes wrong around one call. `lost`: the answer does not arrive, though the act goes on. */
export type Trouble =
  | { readonly kind: 'cut'; readonly ms: number }
  | { readonly kind: 'lost'; readonly ms: number }
  | { readonly kind: 'reboot'; readonly afterMs: number }
  | { readonly kind: 'flaky-probe' };

type Action = Parameters<Machine['activate']>[1];

interface Activation {
  readonly action: Action;
  readonly path: StorePath;
  readonly follow: Follow;
  readonly from: BuiltFrom | undefined;
}

interface Run {
  readonly ended: Promise<Activated>;
  state: 'running' | 'ended' | 'dead';
}

const hash = '0123456789abcdfghijklmnpqrsvwxyz';
/** A store path with a name that can be read in a failing test. */
export function system(name: string): StorePath {
  const path = parseStorePath(`/nix/store/${hash}-nixos-system-${name}`);
  if (path === null) throw new Error(`the test names an impossible system ${name}`);
  return path;
}

const none = { names: [], more: 0 };
/** A difference in nothing. */
export const sameSystems: Difference = {
  packages: { added: none, removed: none, changed: none },
  units: { added: none, removed: none, restarted: none, reloaded: none, kept: none },
  rebootFor: [],
  initInterface: false,
  inhibitors: [],
};

const lost = (stage: string) => new Fault('connection-lost', stage, 'later');

/**
 * One host that behaves as real ones were seen to: `test` sets the running system early and goes on without its
 * follower; `boot` moves the profile before the loader, so a reboot or a clash in between leaves it torn; a reboot ends
 * every run and brings up the boot default; a run's name is used once. The journal holds what really happened.
 */
export class FakeHost {
  running: StorePath;
  profile: StorePath;
  bootDefault: StorePath;
  booted: StorePath;
  boots = 1;
  highestToken = 0;
  readonly journal: string[] = [];
  readonly manners = new Map<StorePath, SystemManners>();
  builds: Built = { kind: 'build-failed', why: 'no-such-commit', log: 'nothing was built' };
  more: Partial<HostState> = {};
  readonly roots = new Map<string, readonly StorePath[]>();
  /** Called before each call reaches the host. */
  trouble: (call: string) => Trouble | null = () => null;
  watchdog: { readonly level: WatchdogLevel; readonly until: number } | null = null;
  /** Each system brings its own nixos-rebuild. */
  rebuildOf: (running: StorePath) => HostState['dialect'] = () => 'store-path';
  foreignShutdown = false;
  /** A reboot that is asked for does not happen. */
  stays = false;
  /** The boot loader comes up with the system that ran before. */
  fallsBack = false;
  private readonly runs = new Map<string, Run>();
  private awayUntil = 0;
  private active: { readonly boot: number } | null = null;
  private flaky = false;
  private readonly clock: Clock;

  constructor(clock: Clock, old: StorePath) {
    this.clock = clock;
    this.running = old;
    this.profile = old;
    this.bootDefault = old;
    this.booted = old;
  }

  get switching(): boolean {
    return this.active?.boot === this.boots;
  }

  reboot(): void {
    this.boots += 1;
    this.journal.push(`reboot into ${this.bootDefault}`);
    this.running = this.bootDefault;
    this.booted = this.bootDefault;
    this.active = null;
    this.watchdog = null;
    for (const run of this.runs.values()) if (run.state === 'running') run.state = 'dead';
    this.awayUntil = this.clock.now() + 5000;
  }

  /** The host with somebody's token, as `Machines.open` gives it. */
  open(token: number): Machine {
    return {
      look: () => this.call('look', async () => this.look()),
      ship: () =>
        this.call('ship', async () => {
          this.fence(token);
          return { kind: 'shipped', how: 'incremental', bytes: 100 } as const;
        }),
      build: (run, sha, attribute, follow) =>
        this.call('build', () => this.build(token, run, { sha, attribute, follow })),
      activate: (run, action, path, follow, from) =>
        this.call(action, () => this.activate(token, run, { action, path, follow, from }), follow.signal),
      keep: (name, paths) =>
        this.call('keep', async () => {
          this.fence(token);
          this.roots.clear();
          const missing = paths.find((path) => this.manners.get(path)?.missing === true);
          if (missing !== undefined) return { kind: 'missing', path: missing } as const;
          this.roots.set(name, paths);
          return { kind: 'kept' } as const;
        }),
      release: (name) => this.call('release', async () => void this.roots.delete(name)),
      compare: (_, to) => this.call('compare', async () => this.compare(to)),
      arm: (level, seconds) => this.call('arm', async () => this.arm(token, level, seconds)),
      disarm: () =>
        this.call('disarm', async () => {
          this.fence(token);
          if (this.foreignShutdown) return 'foreign';
          const { watchdog } = this;
          this.watchdog = null;
          if (watchdog !== null) this.journal.push('disarm');
          return watchdog === null ? 'absent' : 'disarmed';
        }),
      reboot: (bootId) =>
        this.call('reboot', async () => {
          this.fence(token);
          if (bootId !== `boot-${this.boots}`) return 'rebooted';
          if (this.stays) return 'rebooting';
          if (this.fallsBack) this.bootDefault = this.running;
          // It answers, and goes down a moment later.
          void this.clock.sleep(700).then(() => {
            if (bootId === `boot-${this.boots}`) this.reboot();
          });
          return 'rebooting';
        }),
      cancelBuild: (run) => this.call('cancel', async () => void this.journal.push(`cancel ${run}`)),
      probe: (expected) => this.call('probe', async () => this.probe(expected)),
      close: async () => {},
    };
  }

  private arm(token: number, level: WatchdogLevel, seconds: number): Armed {
    this.fence(token);
    if (this.foreignShutdown) return { kind: 'foreign' };
    const now = this.clock.now();
    if (this.watchdog === null) {
      const armed = { level, until: now + seconds * 1000 };
      this.watchdog = armed;
      this.journal.push(`arm ${level}`);
      void this.clock.sleep(seconds * 1000).then(() => {
        if (this.watchdog === armed) this.fire(level);
      });
    }
    return { kind: 'armed', until: this.watchdog.until };
  }

  /** The unit puts back what ran when it was armed, which here is what the profile still is. */
  private fire(level: WatchdogLevel): void {
    if (level === 'reboot' || this.manners.get(this.running)?.hangs === true) return this.reboot();
    this.journal.push(`watchdog ${this.profile}`);
    this.running = this.profile;
  }

  private compare(to: StorePath): Difference {
    const inhibited = this.manners.get(to)?.inhibited === true && this.running !== to;
    return { ...sameSystems, inhibitors: inhibited ? ['kernel'] : [] };
  }

  private away(): boolean {
    return this.clock.now() < this.awayUntil || this.manners.get(this.running)?.cutsNetwork === true;
  }

  /** One round trip, with whatever trouble comes. An answer arrives only if the host is there when it ends. */
  private async call<Answer>(what: string, act: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    const trouble = this.trouble(what);
    if (trouble?.kind === 'cut') this.awayUntil = Math.max(this.awayUntil, this.clock.now() + trouble.ms);
    if (trouble?.kind === 'reboot') {
      if (trouble.afterMs === 0) this.reboot();
      else void this.clock.sleep(trouble.afterMs).then(() => this.reboot());
    }
    if (trouble?.kind === 'flaky-probe') this.flaky = true;
    await this.clock.sleep(50, signal);
    if (this.away()) throw lost(what);
    const boot = this.boots;
    const answer = await act();
    if (trouble?.kind === 'lost') this.awayUntil = this.clock.now() + trouble.ms;
    // A reboot breaks every connection, and what was on its way is gone.
    if (this.away() || boot !== this.boots) throw lost(what);
    return answer;
  }

  private fence(token: number): void {
    if (token < this.highestToken) throw new Fault('fenced-off', 'starting a run', 'never');
    this.highestToken = token;
  }

  private look(): HostState {
    return {
      running: this.running,
      booted: this.booted,
      profile: this.profile,
      bootId: `boot-${this.boots}`,
      failedUnits: [],
      restartingUnits: {},
      switching: this.switching,
      scheduledShutdown: this.watchdog?.level === 'reboot' ? `USEC=${this.watchdog.until}000\n` : null,
      killsDetachedRuns: false,
      dialect: this.rebuildOf(this.running),
      rebuildFlag: '--no-reexec',
      foreignRebuilds: [],
      freeMiB: { nix: 40_000, boot: 300 },
      systemd: 257,
      nix: '2.31.2',
      shutdownInhibitors: [],
      ...this.more,
    };
  }

  private async build(
    token: number,
    run: string,
    what: { readonly sha: CommitSha; readonly attribute: string; readonly follow: Follow },
  ): Promise<Built> {
    this.fence(token);
    if (!this.journal.includes(`build ${run}`)) this.journal.push(`build ${run}`);
    what.follow.onOutput?.(`building ${what.attribute} at ${what.sha}\n`);
    await this.clock.sleep(2000);
    return this.builds;
  }

  private async activate(token: number, name: string, { action, path, follow, from }: Activation): Promise<Activated> {
    this.fence(token);
    const deadline = this.clock.now() + follow.deadlineMs;
    // Its argument parser knows no such word, and nothing happens.
    if (from === undefined && this.rebuildOf(this.running) === 'flake-only')
      throw new Fault('remote-command-failed', 'activating', 'never');
    const known = this.runs.get(name);
    if (known === undefined && from !== undefined) this.journal.push(`from ${from.sha.slice(0, 4)}`);
    const run = known ?? this.begin(name, action, path);
    // A run that died with its boot has no exit code, and its log proves nothing.
    while (run.state === 'running' && this.clock.now() < deadline) await this.clock.sleep(500);
    if (run.state === 'running') throw new Fault('timed-out', `following ${name}`, 'later');
    return run.state === 'dead' ? { kind: 'no-answer', log: '' } : run.ended;
  }

  private begin(name: string, action: Action, path: StorePath): Run {
    const run: Run = { state: 'running', ended: this.perform(action, path) };
    this.runs.set(name, run);
    void run.ended.then(() => {
      if (run.state === 'running') run.state = 'ended';
    });
    return run;
  }

  private async perform(action: Action, path: StorePath): Promise<Activated> {
    const boot = this.boots;
    const gone = () => boot !== this.boots;
    const manners = this.manners.get(path) ?? {};
    const ended = (exitCode: number): Activated => ({
      kind: 'ended',
      exitCode,
      proof: 'exit-code',
      log: `rc ${exitCode}`,
    });
    if (manners.missing === true) return { kind: 'not-begun', why: 'path-missing', log: '' };
    if (action === 'boot' || action === 'switch') this.profile = path;
    if (this.switching) return { kind: 'not-begun', why: 'another-switch', log: '' };
    if (action === 'dry-activate') return ended(0);
    const inhibited = manners.inhibited === true || manners.inhibitedUnseen === true;
    if (action !== 'boot' && inhibited && this.running !== path)
      return { kind: 'not-begun', why: 'inhibited', log: '' };
    this.journal.push(`${action} ${path}`);
    this.active = { boot };
    await this.clock.sleep(500);
    if (gone()) return ended(255);
    if (action === 'switch') this.bootDefault = path;
    if (action !== 'boot') this.running = path;
    await this.clock.sleep(500);
    if (gone()) return ended(255);
    while (manners.hangs === true && action !== 'boot' && !gone()) await this.clock.sleep(60_000);
    const exit = (action === 'boot' ? manners.bootExit : manners.testExit) ?? 0;
    if (action === 'boot' && exit === 0) this.bootDefault = path;
    this.active = null;
    return ended(exit);
  }

  private async probe(expected: Expected): Promise<readonly Finding[]> {
    await this.clock.sleep(1000);
    const error = (check: string, message: string): Finding => ({ check, level: 'error', message });
    const findings: Finding[] = [];
    if (this.running !== expected.running) findings.push(error('revision', `runs ${this.running}`));
    if (`boot-${this.boots}` !== expected.baseline.bootId) findings.push(error('boot', 'the host rebooted'));
    if (this.manners.get(this.running)?.unwell === true) findings.push(error('units', 'a unit failed'));
    if (this.flaky) findings.push(error('http', 'no answer this once'));
    this.flaky = false;
    return findings;
  }
}
