import type { RepositoryName } from '../core/names.ts';
import type { RunId } from './machine.ts';

/**
 * Names that become arguments on a host. Each is checked where it is made, because some of them come from the config
 * file: none can be read as an option, leave its folder, or end a flake reference early.
 */

declare const brand: unique symbol;

/** The folder name of a repository on a host, without `.git`. */
export type RepositorySlug = string & { readonly [brand]: 'RepositorySlug' };
/** A name under `nixosConfigurations`. */
export type SystemAttribute = string & { readonly [brand]: 'SystemAttribute' };
/** A systemd unit name, or the start of one that systemd completes with `.service`. */
export type UnitName = string & { readonly [brand]: 'UnitName' };

/** `~` can be in neither part of a repository's name, so two repositories never share a folder. */
export function slugOf(repository: RepositoryName): RepositorySlug {
  return repository.replace('/', '~') as RepositorySlug;
}

export function parseSlug(text: string): RepositorySlug | null {
  return /^[a-z0-9][a-z0-9-]{0,38}~(?!\.{1,2}$)[a-z0-9._-]{1,100}$/.test(text) ? (text as RepositorySlug) : null;
}

export function parseAttribute(text: string): SystemAttribute | null {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/.test(text) ? (text as SystemAttribute) : null;
}

/** systemd.unit(5): these characters and no others, 255 bytes at most. */
export function parseUnitName(text: string): UnitName | null {
  return /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/.test(text) ? (text as UnitName) : null;
}

/** A file of a repository, as it is put behind the folder of a copy of it. */
export type RepositoryPath = string & { readonly [brand]: 'RepositoryPath' };

/** A check that a host's configuration brings: the program `fleetwright-probe-NAME` of its system path. */
export type CheckName = string & { readonly [brand]: 'CheckName' };
/** A container or virtual machine of a host, by the name that systemd-machined has for it. */
export type MachineName = string & { readonly [brand]: 'MachineName' };

export function parseCheckName(text: string): CheckName | null {
  return /^[a-z0-9][a-z0-9-]{0,60}$/.test(text) ? (text as CheckName) : null;
}

export function parseMachineName(text: string): MachineName | null {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text) ? (text as MachineName) : null;
}

/** No `..`, no `:` (which would end a search path), nothing that begins like an option. */
export function parseRepositoryPath(text: string): RepositoryPath | null {
  const parts = text.split('/');
  const fits = parts.every((part) => /^[A-Za-z0-9_.+-]+$/.test(part) && part !== '.' && part !== '..');
  return fits && text.length <= 500 ? (text as RepositoryPath) : null;
}

/** What Linux gives every boot; `/proc/sys/kernel/random/boot_id`. */
export type BootId = string & { readonly [brand]: 'BootId' };

export function parseBootId(text: string): BootId | null {
  return /^[0-9a-f][0-9a-f-]{0,63}$/.test(text) ? (text as BootId) : null;
}

export function isRunId(text: string): text is RunId {
  return /^[a-z0-9][a-z0-9-]{0,79}$/.test(text);
}

/** A name or an address of the network, as bash's `/dev/tcp` takes it: no `/` ends it early. */
export type NetworkAddress = string & { readonly [brand]: 'NetworkAddress' };
export type PortNumber = number & { readonly [brand]: 'PortNumber' };
/** A short message in base64, or nothing. */
export type Message = string & { readonly [brand]: 'Message' };
/** An http or https address in the one spelling that the URL standard gives it. */
export type HttpUrl = string & { readonly [brand]: 'HttpUrl' };

export function parseAddress(text: string): NetworkAddress | null {
  return /^(?=.{1,253}$)[A-Za-z0-9_:][A-Za-z0-9_.:-]*$/.test(text) ? (text as NetworkAddress) : null;
}

export function parsePort(port: number): PortNumber | null {
  return Number.isSafeInteger(port) && port >= 1 && port <= 65_535 ? (port as PortNumber) : null;
}

export function parseMessage(text: string): Message | null {
  return /^(?=.{0,1400}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? (text as Message)
    : null;
}

/** curl reads `{a,b}` and `[1-9]` in an address as several; the closed set has one address per command. */
export function parseHttpUrl(text: string): HttpUrl | null {
  if (!URL.canParse(text)) return null;
  const { protocol, href, username, password } = new URL(text);
  if ((protocol !== 'http:' && protocol !== 'https:') || href.length > 2000 || username !== '' || password !== '')
    return null;
  // An IPv6 address is in brackets, which curl tells from a range by itself.
  return /^[\x21-\x7e]+$/.test(href) &&
    !/[{}]/.test(href) &&
    !/[[\]]/.test(href.replace(/^https?:\/\/\[[0-9a-f:.]+\]/, ''))
    ? (href as HttpUrl)
    : null;
}
