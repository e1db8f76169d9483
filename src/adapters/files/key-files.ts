import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { RepositoryName } from '../../core/names.ts';

/** The text of a file that holds a secret. */
export async function readSecretFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Fault('unexpected-answer', `reading ${file}`, 'never', { cause, detail: 'the file cannot be read' });
  }
}

/** The ssh key of one repository, `owner__name` in the folder: no repository is served with another one's key. */
export async function sshKeyOf(folder: string, repository: RepositoryName): Promise<string> {
  const file = path.join(folder, repository.replace('/', '__'));
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const detail = `there is no key ${file}; make one with ssh-keygen -t ed25519 -N '' -f ${file}`;
    throw new Fault('login-refused', `reading the ssh key of ${repository}`, 'never', { cause, detail });
  }
}
