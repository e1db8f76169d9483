import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { readSecretFile, sshKeyOf } from '../adapters/files/key-files.ts';
import { sshDoor } from '../adapters/ssh/knock.ts';
import { sshLinks } from '../adapters/ssh/ssh-links.ts';
import { type FleetConfig, fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import { type Settings, settingsOfProcess } from '../config/settings.ts';
import { Fault } from '../core/fault.ts';
import { type HostName, parseRepositoryName, type RepositoryName } from '../core/names.ts';
import { nearest } from '../core/nearest.ts';
import { systemClock } from '../core/system-clock.ts';
import type { Diagnosis, Patient } from '../host/doctor/diagnosis.ts';
import { doctorText } from '../host/doctor/doctor-text.ts';
import type { Standing } from '../host/doctor/judge-standing.ts';
import { examineHosts } from '../host/doctor/examine-hosts.ts';
import type { Links } from '../host/link.ts';
import type { Io } from './io.ts';
import { standingsIn } from './remembered-standings.ts';

interface DoctorOptions {
  readonly repo: string;
  readonly config?: string;
  readonly key?: string;
  readonly for?: string;
  readonly parallel: number;
  readonly seconds: number;
  readonly json: boolean;
}

/** `{hosts: [{host, findings: [{check, level, host, message, mend}], facts: {...}}]}` */
export const doctorCommand = (io: Io): Command =>
  new Command('doctor')
    .description('look at every host as a deploy would, say what is wrong with it and what mends that; changes nothing')
    .argument('[hosts...]', 'the hosts; all of the config file by default')
    .option('--repo <path>', 'the checkout of the config repository', '.')
    .option('--config <file>', `the config file; ${fleetConfigPath} of the checkout by default`)
    .option('--key <file>', 'the private key to log in with; the key of the repository by default')
    .option('--for <owner/name>', "the repository whose key is used; the checkout's origin by default")
    .option('--parallel <count>', 'how many hosts are asked at once', wholeNumber, 16)
    .option('--seconds <seconds>', 'how long one host may take', wholeNumber, 30)
    .option('--json', 'print {hosts: [...]}', false)
    .action(async (names: readonly string[], options: DoctorOptions) => {
      const file = options.config ?? path.join(options.repo, fleetConfigPath);
      const parsed = parseFleetConfig(await readFile(file, 'utf8'));
      if (parsed.kind === 'invalid') {
        return io.misused(
          `${file} cannot be read: ${parsed.findings[0]?.message ?? ''} (fleetwright check-config says all)`,
        );
      }
      const patients = patientsOf(parsed.config, names);
      if (typeof patients === 'string') return io.misused(patients);
      const remembered = await standingsFor(parsed.config, io);
      const asked = patients.map((patient) => {
        const standing = remembered.get(patient.host);
        return standing === undefined ? patient : { ...patient, standing };
      });
      const diagnoses = await examineHosts(asked, {
        links: await linksFor(options),
        door: sshDoor,
        clock: systemClock,
        parallel: options.parallel,
        hostMs: options.seconds * 1000,
      });
      io.print(options.json ? JSON.stringify({ hosts: diagnoses }) : doctorText(diagnoses));
      io.exitWith(diagnoses.some(hasError) ? 1 : 0);
    });

/** The asked hosts, in the order of the config file; or what is wrong with a name. */
function patientsOf({ hosts, deploy }: FleetConfig, names: readonly string[]): readonly Patient[] | string {
  const all = Object.keys(hosts) as HostName[];
  const strange = names.find((name) => !all.some((host) => host === name));
  if (strange !== undefined) {
    const near = nearest(strange, all);
    return `${strange} is not a host of the config file${near === null ? '' : `; did you mean ${near}?`}`;
  }
  const minFreeMiB = { nix: deploy.min_free_nix_mib, boot: deploy.min_free_boot_mib };
  return all.flatMap((host) => {
    const config = hosts[host];
    if (config === undefined || (names.length > 0 && !names.includes(host))) return [];
    return [{ host, config, minFreeMiB }];
  });
}

/** Where the bot's own Redis is given, what it remembers counts too; without it the hosts alone are asked. */
async function standingsFor({ hosts }: FleetConfig, io: Io): Promise<ReadonlyMap<HostName, Standing>> {
  const settings = settingsOfProcess();
  const url = settings.kind === 'invalid' ? undefined : settings.settings.REDIS_URL;
  if (url === undefined) return new Map();
  try {
    return await standingsIn(url, hosts, systemClock.now());
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    io.aside(`Which hosts are held or locked is not known: ${fault.message}`);
    return new Map();
  }
}

/** A missing key is a finding of every host and not the end: what can be seen from outside is still worth knowing. */
async function linksFor(options: DoctorOptions): Promise<Links | { readonly missing: string }> {
  try {
    return sshLinks({ privateKey: await privateKey(options), clock: systemClock });
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { missing: fault.message };
  }
}

async function privateKey(options: DoctorOptions): Promise<string> {
  if (options.key !== undefined) return readSecretFile(options.key);
  const parsed = settingsOfProcess();
  if (parsed.kind === 'invalid') {
    throw new Fault('login-refused', 'reading the settings', 'never', { detail: parsed.mistakes.join('; ') });
  }
  const repository = await repositoryFor(options, parsed.settings);
  if (repository === null) {
    const detail = 'which repository is it? --for owner/name says it, or --key FILE names the key itself';
    throw new Fault('login-refused', 'looking for the key', 'never', { detail });
  }
  return sshKeyOf(path.resolve(parsed.settings.FLEETWRIGHT_SSH_KEYS), repository);
}

/** As told; else where the checkout came from; else the only repository that the bot serves. */
async function repositoryFor(options: DoctorOptions, settings: Settings): Promise<RepositoryName | null> {
  if (options.for !== undefined) return parseRepositoryName(options.for);
  const origin = await promisify(execFile)('git', ['-C', options.repo, 'remote', 'get-url', 'origin'])
    .then(({ stdout }) => /[/:]([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(stdout.trim())?.[1] ?? '')
    .catch(() => '');
  const named = parseRepositoryName(origin);
  const [only, ...more] = settings.FLEETWRIGHT_REPOSITORIES;
  if (named !== null && (only === undefined || [only, ...more].includes(named))) return named;
  return more.length === 0 ? (only ?? named) : null;
}

function hasError({ findings }: Diagnosis): boolean {
  return findings.some(({ level }) => level === 'error');
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1 to 9999 is meant');
}
