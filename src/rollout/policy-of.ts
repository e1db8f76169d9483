import type { FleetConfig } from '../config/fleet-config.ts';
import { selectedHosts } from '../config/host-order.ts';
import { fingerprintOf } from '../config/host-target.ts';
import type { Policy } from './shapes.ts';

/** What asking the probes may take beside their own times: connections, and answers that never come. */
const slackMs = 30_000;

/** The bounds that the config gives a rollout. `anytime`: the windows do not hold for it. */
export function policyOf(
  { hosts, deploy }: Pick<FleetConfig, 'hosts' | 'deploy'>,
  { anytime = false }: { readonly anytime?: boolean } = {},
): Policy {
  const {
    parallel,
    reboot_seconds,
    reach_seconds,
    settle_seconds,
    flap_seconds,
    probe_seconds,
    build_seconds,
    activate_seconds,
    time_zone,
    windows,
    freeze,
  } = deploy;
  const hasTimes = windows.length + freeze.length > 0;
  return {
    parallel,
    failureBudget: deploy.failure_budget,
    times: anytime || !hasTimes ? null : { time_zone, windows, freeze },
    groups: Object.entries(deploy.tags).flatMap(([tag, { max_unavailable: most }]) =>
      most === undefined ? [] : [{ tag, most, ...membersOf({ hosts }, tag) }],
    ),
    reachMs: reach_seconds * 1000,
    buildMs: build_seconds * 1000,
    activateMs: activate_seconds * 1000,
    rebootMs: reboot_seconds * 1000,
    probeMs: (settle_seconds + flap_seconds + probe_seconds) * 1000 + slackMs,
  };
}

function membersOf(
  config: Pick<FleetConfig, 'hosts'>,
  tag: string,
): Pick<Policy['groups'][number], 'hosts' | 'machines'> {
  const members = selectedHosts(config, { hosts: [], tags: [tag] }).flatMap((host) => {
    const configured = config.hosts[host];
    const machine = configured === undefined ? null : fingerprintOf(configured);
    return machine === null ? [] : [{ host, machine }];
  });
  return { hosts: members.map(({ host }) => host), machines: members.map(({ machine }) => machine) };
}
