import type { StorePath } from '../../core/names.ts';

/** A built system: what a store path on a practice host stands for. */
export interface PracticeSystem {
  readonly path: StorePath;
  /** The texts it was made from, by path in the repository. */
  readonly files: ReadonlyMap<string, string>;
  readonly units: readonly string[];
  /** Containers, by name. */
  readonly machines: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly zones: readonly ServedZone[];
}

/** A port that the system listens on, as long as its unit or container is up. */
export interface Endpoint {
  readonly unit: string;
  readonly port: number;
  readonly kind: 'http' | 'tcp' | 'dns';
  /** Bodies by path, for HTTP. Any other path is not found. */
  readonly pages: Readonly<Record<string, string>>;
}

export type ServedZone =
  | { readonly kind: 'primary'; readonly zone: string; readonly text: string }
  /** Copies the zone from whoever has the address. */
  | { readonly kind: 'secondary'; readonly zone: string; readonly from: string };

/** A condition on a system, for failures that come with a certain change. Empty: every system. */
export interface When {
  /** The system is made from this file. */
  readonly path?: string;
  /** One of its files holds this text. */
  readonly text?: string;
}

export function holds(when: When | undefined, system: PracticeSystem): boolean {
  if (when?.path !== undefined && !system.files.has(when.path)) return false;
  const { text } = when ?? {};
  return text === undefined || [...system.files.values()].some((file) => file.includes(text));
}
