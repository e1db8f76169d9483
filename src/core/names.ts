/** Names that cross many rooms. Each is a branded string: only its own parser makes one, so a raw string never travels far. */

declare const brand: unique symbol;
type Branded<Text, Name extends string> = Text & { readonly [brand]: Name };

/** A full, lower-case, 40-digit git commit id. Everything privileged is bound to one. */
export type CommitSha = Branded<string, 'CommitSha'>;
/** The name by which a deploy addresses a host: the key under `hosts:` in the config file. */
export type HostName = Branded<string, 'HostName'>;
/** An absolute path of one object in the Nix store. */
export type StorePath = Branded<string, 'StorePath'>;
/** `owner/name`, spelled in lower case because GitHub compares both without case. */
export type RepositoryName = Branded<string, 'RepositoryName'>;
/** `SHA256:` and the unpadded base64 digest of a host key, as OpenSSH prints it. */
export type Fingerprint = Branded<string, 'Fingerprint'>;

export function parseCommitSha(text: string): CommitSha | null {
  return /^[0-9a-f]{40}$/.test(text) ? (text as CommitSha) : null;
}

/** The part of a commit id that people read. Never an input to anything privileged. */
export function shortSha(sha: CommitSha): string {
  return sha.slice(0, 12);
}

/** A host name is a DNS label chain (RFC 1123 section 2.1), so it can never be read as an option or a path. */
export function parseHostName(text: string): HostName | null {
  return /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*$/.test(
    text,
  )
    ? (text as HostName)
    : null;
}

/** Nix base-32 leaves out e, o, t and u (nix/src/libutil/hash.cc), which keeps look-alike paths out. */
export function parseStorePath(text: string): StorePath | null {
  return /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-[A-Za-z0-9+._?=-]{1,211}$/.test(text) ? (text as StorePath) : null;
}

export function parseRepositoryName(text: string): RepositoryName | null {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(text)
    ? (text.toLowerCase() as RepositoryName)
    : null;
}

export function parseFingerprint(text: string): Fingerprint | null {
  return /^SHA256:[A-Za-z0-9+/]{43}$/.test(text) ? (text as Fingerprint) : null;
}
