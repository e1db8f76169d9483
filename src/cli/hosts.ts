import { Command } from 'commander';
import { fleetConfigPath } from '../config/fleet-config.ts';
import type { Tree } from '../core/tree.ts';
import { treeOfOwner } from '../fleet/evaluation.ts';
import { confirmedHosts } from '../fleet/confirmed-hosts.ts';
import { keyedTree } from '../fleet/keyed-tree.ts';
import { findHosts } from '../nix/hosts/find-hosts.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

/** `{hosts: [{name, hostName?, file, line, how, confidence, kind}], unread: [{file, line, why}]}` */
export const hostsCommand = (io: Io): Command =>
  new Command('hosts')
    .description('list every machine that a config repository describes, and how each was found')
    .option('--repo <path>', 'the checkout', '.')
    .option('--evaluate', 'ask Nix for the names too, and say what differs', false)
    .option('--json', 'print {hosts: [...], unread: [...]}', false)
    .action(async (options: { repo: string; evaluate: boolean; json: boolean }) => {
      const tree = await openRepository(options.repo);
      const read = await findHosts(tree);
      const { hosts, unread } = options.evaluate ? await confirmed(io, tree, read) : read;
      tree.close();
      if (options.json) return io.print(JSON.stringify({ hosts, unread }));
      for (const { name, kind, file, line, how, confidence } of hosts)
        io.print(`${name}  ${kind}  ${file}:${line}  ${how} (${confidence})`);
      // What is said of the repository as a whole stands in no file.
      for (const { file, line, why } of unread)
        io.print(`not understood: ${file === '' ? why : `${file}:${line} ${why}`}`);
      if (hosts.length === 0) io.print(`No hosts were found. ${fleetConfigPath} can name them: \`fleetwright init\`.`);
    });

type Found = Awaited<ReturnType<typeof findHosts>>;

async function confirmed(io: Io, tree: Tree, read: Found): Promise<Found> {
  // Loaded when it is asked for: most calls are over before all of that would be read.
  const { ownEvaluation } = await import('./own-evaluation.ts');
  const evaluation = await ownEvaluation(io);
  if (evaluation === null) return read;
  return confirmedHosts(read, await evaluation.names(treeOfOwner(await keyedTree(tree))));
}
