import type { FleetConfig } from '../../src/config/fleet-config.ts';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { assert } from '../../src/core/bug.ts';
import {
  type CommitSha,
  type Fingerprint,
  type HostName,
  parseCommitSha,
  parseFingerprint,
  parseHostName,
  parseStorePath,
  type StorePath,
} from '../../src/core/names.ts';

/** Names that read like real ones, for texts that people read. */
export function sha(start: string): CommitSha {
  const parsed = parseCommitSha(start.padEnd(40, '0'));
  assert(parsed !== null, `a sha that starts with ${start}`);
  return parsed;
}

export function host(name: string): HostName {
  const parsed = parseHostName(name);
  assert(parsed !== null, `a host name ${name}`);
  return parsed;
}

export function system(start: string, of: string): StorePath {
  const parsed = parseStorePath(`/nix/store/${start.padEnd(32, 'z')}-nixos-system-${of}-25.11`);
  assert(parsed !== null, `a store path that starts with ${start}`);
  return parsed;
}

export function fingerprint(letter: string): Fingerprint {
  const parsed = parseFingerprint(`SHA256:${letter.repeat(43)}`);
  assert(parsed !== null, 'a fingerprint');
  return parsed;
}

const parsed = parseFleetConfig(`
hosts:
  griffin: {address: 10.0.10.11, host_key: "SHA256:${'A'.repeat(43)}", tags: [dns, metrics]}
  wolfhound: {address: 10.0.10.12, host_key: "SHA256:${'B'.repeat(43)}", tags: [containers]}
  blackjack: {address: 10.0.10.13, host_key: "SHA256:${'C'.repeat(43)}"}
zones:
  fleet.lan: {file: dns/fleet.lan.zone, servers: [griffin]}
`);
assert(parsed.kind === 'config', 'a config that reads');
export const config: FleetConfig = parsed.config;
