import { fingerprintOf } from '../../config/host-target.ts';
import { never } from '../../core/bug.ts';
import type { Patient, Seen, Symptom } from './diagnosis.ts';
import type { Knock, ShownKey } from './knock.ts';
import { symptom } from './symptom.ts';

/** What keeps us from a host, from the name to the login; nothing where we are in. */
export function judgeDoor(patient: Patient, seen: Seen): readonly Symptom[] {
  switch (seen.kind) {
    case 'in':
      return [];
    case 'no-key':
      return [
        ...reach(patient, seen.knock),
        symptom(patient, 'login', 'error', `there is no key to log in with: ${seen.why}`, keyLine(patient)),
      ];
    case 'not-in':
      return notIn(patient, seen);
    default:
      return never(seen);
  }
}

function notIn(patient: Patient, { code, detail, knock }: Extract<Seen, { kind: 'not-in' }>): readonly Symptom[] {
  const { user } = patient.config;
  if (code === 'login-refused')
    return [symptom(patient, 'login', 'error', detailOf(detail), loginMend(patient, detail))];
  const found = knock === null ? [] : reach(patient, knock);
  if (found.length > 0) return found;
  if (knock?.kind === 'keys' && code === 'timed-out') {
    const mend = `on the host: loginctl enable-linger ${user} (logins that start and stop a user's session are slow)`;
    return [symptom(patient, 'login', 'error', `it answers, and a login did not end in time: ${detail}`, mend)];
  }
  return [
    symptom(patient, 'reach', 'error', detail, 'ask again; if it stays, look at sshd on the host: journalctl -u sshd'),
  ];
}

function reach(patient: Patient, knock: Knock): readonly Symptom[] {
  const { address, port } = patient.config;
  const place = `hosts.${patient.host}`;
  switch (knock.kind) {
    case 'no-address':
      return [
        symptom(
          patient,
          'reach',
          'error',
          `the name ${address} has no address here: ${knock.detail}`,
          `set ${place}.address to an address, or to a name that resolves where the bot runs`,
        ),
      ];
    case 'no-answer':
      return [symptom(patient, 'reach', 'error', ...noAnswer(patient, knock))];
    case 'no-ssh':
      return [
        symptom(
          patient,
          'reach',
          'error',
          `something answers at ${address} port ${port} and does not speak ssh: ${knock.detail}`,
          `set ${place}.port to the port of sshd; if it is right, sshd may be refusing this address for a while (PerSourcePenalties)`,
        ),
      ];
    case 'keys':
      return keys(patient, knock.keys);
    default:
      return never(knock);
  }
}

function noAnswer(
  { host, config: { address, port } }: Patient,
  { why, detail }: Extract<Knock, { kind: 'no-answer' }>,
): readonly [string, string] {
  switch (why) {
    case 'refused':
      return [
        `${address} is up and nothing listens at port ${port}`,
        `NixOS: services.openssh.enable = true; or set hosts.${host}.port`,
      ];
    case 'silent':
      return [
        `nobody answers at ${address} port ${port}: the host is off, or something drops what is sent to it`,
        `NixOS: networking.firewall.allowedTCPPorts = [ ${port} ]; and the firewalls between`,
      ];
    case 'unreachable':
      return [`there is no way to ${address}: ${detail}`, `from where the bot runs: ip route get ${address}`];
    default:
      return never(why);
  }
}

function keys(patient: Patient, shown: readonly ShownKey[]): readonly Symptom[] {
  const expected = fingerprintOf(patient.config);
  if (expected !== null && shown.some(({ fingerprint }) => fingerprint === expected)) return [];
  const seen = shown.map(({ type, fingerprint }) => `${fingerprint} (${type})`).join(', ');
  const first = shown.find(({ type }) => type === 'ssh-ed25519') ?? shown[0];
  const line = first === undefined ? '' : `; then write under hosts.${patient.host}: host_key: ${first.fingerprint}`;
  const file = first?.type === 'ssh-rsa' ? 'rsa' : first?.type.startsWith('ecdsa') === true ? 'ecdsa' : 'ed25519';
  // Written down unseen, the key of whoever sits between would be the one that is trusted from now on.
  const mend = `compare at the host itself: ssh-keygen -lf /etc/ssh/ssh_host_${file}_key.pub${line}`;
  const said =
    expected === null
      ? `host_key in the config is neither SHA256:… nor a public key line; the host shows ${seen}`
      : `the host shows ${seen}, and the config says ${expected}: a new installation, or somebody in between`;
  return [symptom(patient, 'host-key', 'error', said, mend)];
}

function loginMend(patient: Patient, detail: string): string {
  if (/going down|nologin/i.test(detail)) return 'on the host, where the shutdown is not wanted: sudo shutdown -c';
  return keyLine(patient);
}

function keyLine({ config: { user } }: Patient): string {
  return `NixOS: fleetwright.account.enable = true; fleetwright.account.authorizedKeys = [ "…" ]; with the public half of the key (ssh-keygen -yf KEY), for the account ${user}`;
}

function detailOf(text: string): string {
  return text.replace(/^opening a connection to \S+: /, '');
}
