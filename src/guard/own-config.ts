import { fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import type { Finding } from '../core/finding.ts';
import type { Guard } from './guard.ts';

/**
 * A pull request that changes the bot's own config is judged by the config of the default branch, so it cannot change
 * the rules for itself. It is said, because a reviewer should look twice; and a version that would not read is an error
 * before it is merged, not after.
 */
export const ownConfig: Guard = {
  id: 'own-config',
  summary: 'The pull request changes the bot’s own config file: it must be readable, and it counts only once merged.',
  judge({ files }) {
    const file = files.find(({ path }) => path === fleetConfigPath);
    if (file === undefined) return [];
    const at = { check: 'own-config', file: fleetConfigPath, line: 1 } as const;
    if (file.after === null)
      return [{ ...at, level: 'error', message: 'the config file is deleted; without it the bot knows no hosts' }];
    if (file.after.text === null) return [{ ...at, level: 'error', message: 'the config file is not text' }];
    const parsed = parseFleetConfig(file.after.text);
    const note: Finding = {
      ...at,
      level: 'note',
      message:
        'this changes the config of the bot itself; it is judged and deployed by the config of the default branch until it is merged',
    };
    return parsed.kind === 'invalid'
      ? [note, ...parsed.findings.map((finding) => ({ ...finding, check: 'own-config' }))]
      : [note];
  },
};
