import { assert } from '../core/bug.ts';
import type { HostConfig } from '../config/fleet-config.ts';
import type { RemoteCommand } from './remote-command.ts';
import { parseAttribute, parseRepositoryPath, type SystemAttribute } from './remote-names.ts';
import { strangeAnswer } from './run-command.ts';

type Begun = Pick<
  Extract<RemoteCommand, { readonly kind: 'start-build' }>,
  'run' | 'token' | 'repository' | 'sha' | 'flag'
>;

/** What builds the host's system: a flake, or the file that the config names. Null: that cannot be a file's path. */
export function buildCommand(begun: Begun, attribute: SystemAttribute, host: HostConfig): RemoteCommand | null {
  const { configuration, expression } = host;
  const text = configuration ?? expression;
  if (text === undefined) return { kind: 'start-build', ...begun, attribute };
  const file = parseRepositoryPath(text);
  if (file === null) return null;
  return { kind: 'start-file-build', ...begun, file, attribute: configuration === undefined ? attribute : null };
}

/** What activates a commit, on a host whose nixos-rebuild cannot be given a built system. */
export function flakeCommand(
  begun: Begun,
  action: 'test' | 'boot' | 'switch' | 'dry-activate',
  name: string,
): RemoteCommand {
  const attribute = parseAttribute(name);
  assert(attribute !== null, 'the name of a system that was built');
  assert(action === 'test' || action === 'boot', 'an action that is made of a commit');
  return { kind: 'start-flake-activation', ...begun, action, attribute };
}

/** A run that was asked for has begun, or had begun before. */
export function begun(command: 'start-build' | 'start-activation', { word }: { readonly word: string }): void {
  if (word !== 'started' && word !== 'attached') throw strangeAnswer(command, `"${word}"`);
}
