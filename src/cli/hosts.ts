import { Command } from 'commander';
import { findHosts } from '../nix/hosts/find-hosts.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

/** `{hosts: [{name, hostName?, file, line, how, confidence, kind}], unread: [{file, line, why}]}` */
export const hostsCommand = (io: Io): Command =>
  new Command('hosts')
    .description('list every machine that a config repository describes, and how each was found')
    .option('--repo <path>', 'the checkout', '.')
    .option('--json', 'print {hosts: [...], unread: [...]}', false)
    .action(async (options: { repo: string; json: boolean }) => {
      const tree = await openRepository(options.repo);
      const { hosts, unread } = await findHosts(tree);
      tree.close();
      if (options.json) return io.print(JSON.stringify({ hosts, unread }));
      for (const { name, kind, file, line, how, confidence } of hosts)
        io.print(`${name}  ${kind}  ${file}:${line}  ${how} (${confidence})`);
      for (const { file, line, why } of unread) io.print(`not understood: ${file}:${line} ${why}`);
    });
