import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { type RightsPart } from '../../src/host/root-commands.ts';
import { plainPrograms, sudoersText, sudoRules } from '../../src/host/sudo-rules.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const noNix = spawnSync('nix-instantiate', ['--version']).error !== undefined;
const noVisudo = spawnSync('visudo', ['-V']).error !== undefined;

interface Account {
  readonly openssh: { readonly authorizedKeys: { readonly keys: readonly string[] } };
}
interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly script: string;
  readonly path: readonly string[];
  readonly serviceConfig: Readonly<Record<string, unknown>>;
}
interface Evaluated {
  readonly result: {
    readonly users?: { readonly users: { readonly fleetwright: Account } };
    readonly systemd?: { readonly services: Readonly<Record<string, Service>> };
  };
  readonly sudoers: string;
  readonly failed: readonly string[];
}

/** What a module makes of a machine's configuration, or the error that it ends with. */
function evaluate(module: string, given: string): Evaluated | string {
  const expression = `import ${at('test/fixtures/module-shim.nix')} { modules = [ ${at(`nix/${module}`)} ]; given = ${given}; }`;
  const ran = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', '--expr', expression], {
    encoding: 'utf8',
  });
  return ran.status === 0 ? (JSON.parse(ran.stdout) as Evaluated) : ran.stderr;
}

function evaluated(module: string, given: string): Evaluated {
  const answer = evaluate(module, given);
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}

const machine = (
  account: string,
  sudo = 'enable = true; execWheelOnly = false; package.version = "1.9.17p2";',
): string => `{
  system.name = "web.1";
  systemd.package = "/pkgs/systemd";
  security.sudo = { ${sudo} };
  fleetwright.account = { ${account} };
}`;
const keys = 'enable = true; authorizedKeys = [ "ssh-ed25519 AAAA fleetwright" ];';

test.skipIf(noNix).each(readdirSync(at('nix')).filter((name) => name.endsWith('.nix')))('%s is Nix', (file) => {
  expect(spawnSync('nix-instantiate', ['--parse', at(`nix/${file}`)], { encoding: 'utf8' })).toMatchObject({
    status: 0,
  });
});

/** NixOS puts all commands of a rule on one line; sudo reads it as these lines. */
const asLines = (sudoers: string): readonly string[] => {
  const [user = '', commands = ''] = sudoers.split(/ +ALL=\(root\) +/);
  return commands.split(', NOPASSWD: ').map((one) => `${user} ALL=(root) NOPASSWD: ${one.replace(/^NOPASSWD: /, '')}`);
};

describe.skipIf(noNix)('The account (needs nix on this machine)', () => {
  it.each<[string, readonly RightsPart[]]>([
    ['', ['deploy', 'reboot']],
    ['reboot = false;', ['deploy']],
    ['watchdog = "reboot";', ['deploy', 'reboot', 'watchdog-reboot']],
    ['watchdog = "unit"; reboot = false;', ['deploy', 'watchdog-unit']],
  ])('with %s has exactly the rights of the program for it', (options, parts) => {
    const { sudoers, failed } = evaluated('service-account.nix', machine(`${keys} ${options}`));
    expect(failed).toEqual([]);
    expect(asLines(sudoers)).toEqual(sudoersText('fleetwright', 'web.1', { parts }).trimEnd().split('\n'));
  });

  it('has the plain programs where its owner asks for them', () => {
    const { sudoers } = evaluated('service-account.nix', machine(`${keys} sudo = "programs";`));
    const wanted = sudoersText('fleetwright', 'web.1', { mode: 'programs' }).trimEnd().split('\n');
    expect(asLines(sudoers)).toEqual(wanted);
    for (const { program } of sudoRules('web.1')) expect(plainPrograms).toContain(program);
  });

  it.skipIf(noVisudo).each(['exact', 'programs'])('renders %s rules that visudo accepts', (sudo) => {
    for (const watchdog of ['none', 'reboot', 'unit']) {
      const { sudoers } = evaluated(
        'service-account.nix',
        machine(`${keys} sudo = "${sudo}"; watchdog = "${watchdog}";`),
      );
      const checked = spawnSync('visudo', ['-c', '-f', '-'], { input: `${sudoers}\n`, encoding: 'utf8' });
      expect(checked).toMatchObject({ status: 0 });
    }
  });

  it('lets a key do nothing but run commands, and only from where its owner says', () => {
    const user = (options: string) =>
      evaluated('service-account.nix', machine(`${keys} ${options}`)).result.users?.users.fleetwright;
    expect(user('')?.openssh.authorizedKeys.keys).toEqual(['restrict ssh-ed25519 AAAA fleetwright']);
    expect(user('from = [ "10.0.20.5" "fd00::5" ];')?.openssh.authorizedKeys.keys).toEqual([
      'restrict,from="10.0.20.5,fd00::5" ssh-ed25519 AAAA fleetwright',
    ]);
    expect(user('')).toMatchObject({ linger: true, isSystemUser: true, home: '/var/lib/fleetwright' });
  });

  it('has the unit of the watchdog only where it was chosen', () => {
    const services = (watchdog: string) =>
      evaluated('service-account.nix', machine(`${keys} watchdog = "${watchdog}";`)).result.systemd?.services ?? {};
    expect(Object.keys(services('unit'))).toEqual(['fleetwright-watchdog@']);
    expect(services('none')).toEqual({});
    expect(services('reboot')).toEqual({});
  });

  it.each([
    [
      'sudo without sudo',
      keys,
      'enable = false; execWheelOnly = false; package.version = "1.9.17";',
      'needs security.sudo',
    ],
    [
      'sudo for wheel only',
      keys,
      'enable = true; execWheelOnly = true; package.version = "1.9.17";',
      'not only for wheel',
    ],
    [
      'a sudo that knows no regular expressions',
      keys,
      'enable = true; execWheelOnly = false; package.version = "1.9.5p2";',
      '1.9.10',
    ],
  ])('refuses %s', (_what, account, sudo, words) => {
    expect(evaluated('service-account.nix', machine(account, sudo)).failed.join('\n')).toContain(words);
  });

  it.each(['watchdog = "always";', 'sudo = "all";', 'user = "Root!";'])('refuses %s', (options) => {
    expect(evaluate('service-account.nix', machine(`${keys} ${options}`))).toContain('is not ');
  });

  it('gives nothing to a machine that did not ask for it', () => {
    expect(evaluated('service-account.nix', machine('')).result).toEqual({});
  });
});

describe.skipIf(noNix)('The bot as a service (needs nix on this machine)', () => {
  const bot = (options: string): string => `{
    nix.package = "/pkgs/nix";
    services.fleetwright = { enable = true; package = "/pkgs/fleetwright"; ${options} };
  }`;
  const service = (options: string): Service => {
    const made = evaluated('bot.nix', bot(options)).result.systemd?.services['fleetwright'];
    if (made === undefined) throw new Error('no service');
    return made;
  };

  it('hands every secret over as a credential, and none in its environment', () => {
    const { environment, script, serviceConfig } = service(`
      privateKeyFile = "/run/secrets/app.pem";
      webhookSecretFile = "/run/secrets/webhook";
      anthropicKeyFile = "/run/secrets/claude";
      sshKeyFiles."Acme/fleet.nix" = "/run/secrets/ssh";
      settings = { APP_ID = 123456; FLEETWRIGHT_POLL = true; FLEETWRIGHT_REPOSITORIES = [ "Acme/fleet.nix" "b/c" ]; };
    `);
    expect(serviceConfig['LoadCredential']).toEqual([
      'ANTHROPIC_API_KEY:/run/secrets/claude',
      'WEBHOOK_SECRET:/run/secrets/webhook',
      'acme__fleet.nix:/run/secrets/ssh',
      'app-key:/run/secrets/app.pem',
    ]);
    expect(environment).toEqual({
      NODE_ENV: 'production',
      FLEETWRIGHT_STATE: '%S/fleetwright',
      FLEETWRIGHT_SSH_KEYS: '%d',
      PRIVATE_KEY_PATH: '%d/app-key',
      APP_ID: '123456',
      FLEETWRIGHT_POLL: 'true',
      FLEETWRIGHT_REPOSITORIES: 'Acme/fleet.nix,b/c',
    });
    expect(script).toMatch(
      /WEBHOOK_SECRET=\$\(cat "\$CREDENTIALS_DIRECTORY\/WEBHOOK_SECRET"\)\nexport WEBHOOK_SECRET\nexec \/pkgs\/fleetwright\/bin\/fleetwright start$/,
    );
    expect(spawnSync('sh', ['-n', '-c', script])).toMatchObject({ status: 0 });
  });

  it.each([
    ['a misspelt setting', 'settings.FLEETWRIGHT_MODLE = "x";', 'there is no FLEETWRIGHT_MODLE'],
    ['a secret in the store', 'settings.WEBHOOK_SECRET = "x";', 'WEBHOOK_SECRET would be readable by everybody'],
  ])('refuses %s', (_what, options, words) => {
    expect(evaluated('bot.nix', bot(options)).failed.join('\n')).toContain(words);
  });

  it('is shut in, and opened only as far as confined evaluations need', () => {
    const closed = service('').serviceConfig;
    expect(closed).toMatchObject({
      DynamicUser: true,
      ProtectSystem: 'strict',
      NoNewPrivileges: true,
      RestrictNamespaces: true,
    });
    expect(closed).not.toHaveProperty('MemoryDenyWriteExecute');
    expect(closed['SystemCallFilter']).toEqual(['@system-service']);
    const open = service('settings.FLEETWRIGHT_EVALUATE = true;');
    expect(open.serviceConfig).not.toHaveProperty('RestrictNamespaces');
    expect(open.path).toContain('/pkgs/nix');
  });
});
