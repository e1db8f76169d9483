import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { fleetConfigPath } from '../config/fleet-config.ts';
import { readProposal } from '../fleet/propose/read-proposal.ts';
import { writeConfig } from '../fleet/propose/write-config.ts';
import { count } from '../report/markdown.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

interface Options {
  readonly repo: string;
  readonly print: boolean;
  readonly force: boolean;
}

export const initCommand = (io: Io): Command =>
  new Command('init')
    .description(`write a first ${fleetConfigPath} from what the repository tells, with questions where it does not`)
    .option('--repo <path>', 'the checkout', '.')
    .option('--print', 'print it and write nothing', false)
    .option('--force', 'replace the file that is there', false)
    .action(async ({ repo, print, force }: Options) => {
      const tree = await openRepository(repo);
      const proposal = await readProposal(tree);
      tree.close();
      const text = writeConfig(proposal);
      if (print) return io.print(text.trimEnd());
      const file = path.join(await realpath(repo), fleetConfigPath);
      await mkdir(path.dirname(file), { recursive: true });
      try {
        await writeFile(file, text, { flag: force ? 'w' : 'wx' });
      } catch (error) {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (!isThere) throw error;
        return io.misused(`${file} is there already. --print shows what would be written, --force replaces it.`);
      }
      const questions = text.split('\n').filter((line) => line.trimStart().startsWith('# question:')).length;
      io.print(
        `${file} names ${count(proposal.hosts.length, 'host')} and ${count(proposal.zones.length, 'zone')}; ${count(questions, 'question')} to answer. Then \`fleetwright check-config\` says what is still missing.`,
      );
    });
