import type { ProbesConfig } from '../../config/fleet-config.ts';
import { type DerivedProbe, derivedName } from '../../core/derived-probe.ts';
import { parseHostName } from '../../core/names.ts';
import { isLoopback, type Listening, readListening } from '../../fleet/conflicts/listening.ts';
import type { Fact } from '../../fleet/fact.ts';
import { unitsOfService } from './service-units.ts';

/** Whose probes are worked out. */
export interface DerivedFor {
  /** The attribute by which facts name the host. */
  readonly attribute: string;
  readonly probes: ProbesConfig;
}

/** So many of a kind are asked; each one that is not answered costs the host seconds. */
const mostOfAKind = 12;

/**
 * What a change asks to be true of a host, told by what its configuration says before and after: a service that is
 * switched on runs, a port that others may reach answers, a name of a web server is served. Only what both sides of the
 * diff say outright is taken: a port counts where the firewall lets it through and a service is known to listen there.
 * What the owner declared, or does not want asked, is left out. Pure.
 */
export function derivedProbes(
  before: readonly Fact[],
  after: readonly Fact[],
  { attribute, probes }: DerivedFor,
): readonly DerivedProbe[] {
  if (probes.derived === false) return [];
  const [old, fresh] = [before, after].map((facts) => facts.filter(({ host }) => host === attribute));
  if (old === undefined || fresh === undefined) return [];
  const declared = new Set([
    ...probes.without,
    ...probes.units.map((unit) => (unit.includes('.') ? unit : `${unit}.service`)),
    ...probes.containers.map((name) => `container@${name}.service`),
    ...probes.tcp.filter(({ address }) => address === undefined).map(({ port }) => `tcp/${port}`),
    ...probes.http.map(({ url }) => new URL(url).hostname),
  ]);
  return [units(old, fresh), ports(old, fresh), vhosts(old, fresh)].flatMap((all) => {
    const distinct = new Map(all.map((one) => [derivedName(one), one]));
    return [...distinct.values()].filter((one) => !declared.has(derivedName(one))).slice(0, mostOfAKind);
  });
}

const keyOf = ({ kind, guest, name, value }: Fact): string => [kind, guest ?? '', name, value].join('\n');

function added(old: readonly Fact[], fresh: readonly Fact[], kind: Fact['kind']): readonly Fact[] {
  const known = new Set(old.map(keyOf));
  return fresh.filter((fact) => fact.kind === kind && fact.guest === undefined && !known.has(keyOf(fact)));
}

function units(old: readonly Fact[], fresh: readonly Fact[]): readonly DerivedProbe[] {
  const services = added(old, fresh, 'service').flatMap(({ name }) =>
    unitsOfService(name).map((unit): DerivedProbe => ({ kind: 'unit', unit, for: name })),
  );
  // A container that only changes its image or its settings is none that is new.
  const known = new Set(old.map(({ kind, name }) => `${kind} ${name}`));
  const guests = fresh.flatMap(({ kind, name, value, guest }): readonly DerivedProbe[] => {
    const unit = guest === undefined && !known.has(`${kind} ${name}`) ? guestUnit(kind, name, value) : null;
    return unit === null ? [] : [{ kind: 'unit', unit, for: name }];
  });
  return [...services, ...guests];
}

function guestUnit(kind: Fact['kind'], name: string, value: string): string | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return null;
  if (kind === 'container' && value === 'nixos') return `container@${name}.service`;
  return kind === 'virtual-machine' && value === 'microvm' ? `microvm@${name}.service` : null;
}

interface Heard extends Listening {
  readonly service: string;
}

function ports(old: readonly Fact[], fresh: readonly Fact[]): readonly DerivedProbe[] {
  const [was, is] = [openTo(old), openTo(fresh)];
  const guests = new Set(fresh.filter(({ kind }) => kind === 'container').map(({ name }) => name));
  const before = heard(old);
  return heard(fresh).flatMap((one): readonly DerivedProbe[] => {
    if (one.from !== one.to || !is(one)) return [];
    const existed = before.some((other) => sameDoor(other, one));
    if (existed && was(one)) return [];
    const { from: port, protocol, address, service } = one;
    const own = !guests.has(service);
    return [{ kind: 'port', port, protocol: protocol ?? 'tcp', address, for: service, own, existed }];
  });
}

/** Where services of the host listen, as far as anybody but the host could reach them. */
function heard(facts: readonly Fact[]): readonly Heard[] {
  return facts.flatMap(({ kind, guest, name, value }): readonly Heard[] => {
    const read = kind === 'service-port' && guest === undefined ? readListening(value) : null;
    return read === null || isLoopback(read) ? [] : [{ ...read, service: name }];
  });
}

function sameDoor(a: Heard, b: Heard): boolean {
  return a.service === b.service && a.from === b.from && (a.protocol ?? 'tcp') === (b.protocol ?? 'tcp');
}

/**
 * Whether the firewall lets others to what is heard. `openFirewall` opens those of a service's ports that are for others,
 * and which these are is known only where it has one.
 */
function openTo(facts: readonly Fact[]): (heard: Heard) => boolean {
  const open = facts.filter(({ kind, guest }) => kind === 'open-port' && guest === undefined);
  const all = heard(facts);
  const hasOne = (service: string) => all.filter((one) => one.service === service).length === 1;
  return ({ service, from, protocol }) =>
    open.some(({ name, value }) => {
      if (value === 'openFirewall') return name === service && hasOne(service);
      const through = readListening(value);
      return through !== null && through.from <= from && from <= through.to && through.protocol === (protocol ?? 'tcp');
    });
}

const webServers: ReadonlySet<string> = new Set(['nginx', 'caddy', 'traefik', 'haproxy']);

function vhosts(old: readonly Fact[], fresh: readonly Fact[]): readonly DerivedProbe[] {
  const doors = heard(fresh).filter(({ service, protocol }) => webServers.has(service) && protocol === 'tcp');
  // The plain port often only leads to the secure one.
  const door = doors.find(({ from }) => from === 443) ?? doors.find(({ from }) => from === 80);
  if (door === undefined) return [];
  const known = new Set(old.flatMap(({ kind, name }) => (kind === 'vhost' ? [name] : [])));
  return added(old, fresh, 'vhost').flatMap(({ name }): readonly DerivedProbe[] =>
    known.has(name) || !isDomain(name)
      ? []
      : [{ kind: 'vhost', name: name.toLowerCase(), scheme: door.from === 443 ? 'https' : 'http', port: door.from }],
  );
}

/** A name that a visitor can ask for: no pattern, no port, no address of its own. */
function isDomain(name: string): boolean {
  return parseHostName(name) !== null && /[A-Za-z]/.test(name.split('.').at(-1) ?? '');
}
