import { type FleetConfig, fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import type { Finding } from '../core/finding.ts';
import type { CommitSha } from '../core/names.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { textAt, type Tree } from '../core/tree.ts';
import type { ForgeReader, RepositoryRef } from './forge.ts';

/** The fleet as the default branch describes it: the only place from which config and policy are ever read. */
export interface Fleet {
  readonly kind: 'fleet';
  readonly branch: string;
  readonly sha: CommitSha;
  readonly tree: Tree;
  readonly config: FleetConfig;
}

export interface NoFleet {
  readonly kind: 'no-fleet';
  readonly refusal: Refusal;
  /** Of an invalid config file: every mistake. */
  readonly findings: readonly Finding[];
  readonly branch: string;
  readonly sha: CommitSha | null;
  readonly tree: Tree | null;
}

/** The newest texts with what they say: every few seconds the hosts of a rollout ask again, and mostly for the same. */
const parsedTexts = new Map<string, ReturnType<typeof parseFleetConfig>>();
const keptTexts = 8;

function parsedOnce(text: string): ReturnType<typeof parseFleetConfig> {
  const known = parsedTexts.get(text) ?? parseFleetConfig(text);
  parsedTexts.delete(text);
  parsedTexts.set(text, known);
  const [oldest] = parsedTexts.keys();
  if (parsedTexts.size > keptTexts && oldest !== undefined) parsedTexts.delete(oldest);
  return known;
}

/** Reads the config file at the head of the default branch. `branch` saves a question where an event already named it. */
export async function readFleet(
  forge: ForgeReader,
  repository: RepositoryRef,
  branch?: string,
): Promise<Fleet | NoFleet> {
  const name = branch ?? (await forge.defaultBranch(repository));
  const sha = await forge.branchHead(repository, name);
  if (sha === null)
    return { kind: 'no-fleet', refusal: refuse('config-missing'), findings: [], branch: name, sha, tree: null };
  const tree = forge.tree(repository, sha);
  const text = await textAt(tree, fleetConfigPath);
  if (text === null)
    return { kind: 'no-fleet', refusal: refuse('config-missing'), findings: [], branch: name, sha, tree };
  const parsed = parsedOnce(text);
  if (parsed.kind === 'config') return { kind: 'fleet', branch: name, sha, tree, config: parsed.config };
  const refusal = refuse('config-invalid', { count: parsed.findings.length });
  return { kind: 'no-fleet', refusal, findings: parsed.findings, branch: name, sha, tree };
}
