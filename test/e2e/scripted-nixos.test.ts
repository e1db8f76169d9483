import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSshdHost, whyNoSshd, type SshdHost } from './real-sshd.ts';

/** What the scripted `nixos-rebuild` owes to the real one: streams, exit codes, the unit's name, the order of things. */
const why = whyNoSshd();
const first = '/nix/store/00000000000000000000000000000001-nixos-system-wolfhound-1';
const next = '/nix/store/00000000000000000000000000000002-nixos-system-wolfhound-1';
const place = 'export PATH=/run/wrappers/bin:/run/current-system/sw/bin:/usr/bin:/bin; cd /tmp;';

describe.skipIf(why !== null)(`The scripted nixos-rebuild${why === null ? '' : ` (not run here: it ${why})`}`, () => {
  let host: SshdHost;
  beforeAll(async () => {
    host = await startSshdHost();
    await host.inside(`mkdir -p ${next}/sw; ln -s /fleetwright/bin ${next}/sw/bin; : >${next}/settings
      mkdir /tmp/flake; cd /tmp/flake; git init -q -b main .; mkdir hosts; : >hosts/wolfhound; git add .
      git -c user.name=a -c user.email=a@example.org commit -q -m a`);
  });
  afterAll(() => host.stop());

  /** The exit code, standard output and standard error of one call. */
  async function run(words: string, before = ':'): Promise<{ code: number; out: string; err: string }> {
    const said = await host.inside(
      `${place} ${before}; nixos-rebuild ${words} >/tmp/out 2>/tmp/err; echo "$?"; cat /tmp/out; echo; echo ===; cat /tmp/err`,
    );
    const [head = '', err = ''] = said.split('\n===\n');
    const [code = '', ...out] = head.split('\n');
    return { code: Number(code), out: out.join('\n').trimEnd(), err };
  }

  it('refuses --store-path with build by its argument parser, with all its flags in the usage', async () => {
    const { code, out, err } = await run('build --store-path x');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^usage: [\s\S]*--no-reexec[\s\S]*error: --store-path cannot be used with 'build'$/m);
  });

  it('refuses a flag that it does not know', async () => {
    expect(await run('test --fast')).toMatchObject({ code: 2, err: expect.stringContaining('unrecognized arguments') });
  });

  it('prints the path of a build and nothing else on standard output, and leaves a link', async () => {
    const { code, out, err } = await run(
      'build --no-reexec --flake "git+file:///tmp/flake?rev=$(git -C /tmp/flake rev-parse HEAD)#wolfhound"',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^\/nix\/store\/[0-9a-df-np-sv-z]{32}-nixos-system-wolfhound-1$/);
    expect(err).toContain('building the system configuration...');
    expect(await host.inside('readlink -e /tmp/result')).toBe(`${out}\n`);
  });

  it('does not activate without --no-reexec', async () => {
    expect(await run(`test --store-path ${next}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining("file 'nixpkgs/nixos' was not found"),
    });
  });

  it('moves the running system by test and leaves the profile and the boot entry', async () => {
    expect(await run(`test --no-reexec --store-path ${next}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Done. The new configuration is ${next}`),
    });
    expect(await host.inside('readlink /run/current-system /nix/var/nix/profiles/system /boot/default')).toBe(
      `${next}\n${first}\n${first}\n`,
    );
    await run(`test --no-reexec --store-path ${first}`);
  });

  it('moves the profile before it finds the unit taken, and the boot entry not at all', async () => {
    const clash = await run(`boot --no-reexec --store-path ${next}`, 'mkdir /run/switch-unit');
    expect(clash).toMatchObject({ code: 1, err: expect.stringContaining('was already loaded or has a fragment file') });
    expect(await host.inside('rmdir /run/switch-unit; readlink /nix/var/nix/profiles/system /boot/default')).toBe(
      `${next}\n${first}\n`,
    );
    expect(await run(`boot --no-reexec --store-path ${next}`)).toMatchObject({ code: 0 });
    expect(await host.inside('readlink /boot/default')).toBe(`${next}\n`);
  });

  it.each([
    ['test', 'Failed to find executable'],
    ['boot', 'missing essential files'],
  ])('says in its own words that a path is not there: %s', async (action, words) => {
    const before = await host.inside('readlink /nix/var/nix/profiles/system');
    const missing = first.replace('001-', '009-');
    expect(await run(`${action} --no-reexec --store-path ${missing}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining(words),
    });
    expect(await host.inside('readlink /nix/var/nix/profiles/system')).toBe(before);
  });

  it.each([
    ['unit consul.service failed', 4],
    ['exit 2', 2],
    ['exit 100', 100],
    ['inhibited', 1],
    ['lose-stdout', 120],
  ])('ends as the switch did: %s', async (settings, code) => {
    const ended = await run(`test --no-reexec --store-path ${next}`, `echo '${settings}' >${next}/settings`);
    expect(ended.code).toBe(code);
    await host.inside(`: >${next}/settings`);
  });
});
