import type { RepositoryName } from '../core/names.ts';
import type { RepositoryRef } from './forge.ts';

/** What the forge remembers for us of rollouts, read when our own store was lost. Throws only `Fault`s. */
export interface DeploymentMemory {
  /** By which installation the App reaches the repository; null where it is not installed there. */
  repository(name: RepositoryName): Promise<RepositoryRef | null>;
  /**
   * The payloads of the newest deployments of one environment (a host has its own), or of all, newest first; at most 100. Only those that the App itself made: anybody who
   * may write to the repository may make a deployment, and what it says would be believed.
   */
  payloads(repository: RepositoryRef, environment: string | null, most: number): Promise<readonly unknown[]>;
}
