import { Command } from 'commander';
import { changedEntries } from '../core/tree-diff.ts';
import { reachedMachines } from '../fleet/reached-machines.ts';
import { readFleet } from '../nix/hosts/find-hosts.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

/** `{hosts: [{name, why: [path, …]}], method: "imports", unread}` */
export const affectedCommand = (io: Io): Command =>
  new Command('affected')
    .description('tell which hosts a change reaches: it may name more than it does, never fewer')
    .argument('<base>', 'the commit before')
    .argument('[head]', 'the commit after; the checkout as it lies there without it')
    .option('--repo <path>', 'the checkout', '.')
    .option('--json', 'print {hosts: [{name, why}], method, unread}', false)
    .action(async (base: string, head: string | undefined, options: { repo: string; json: boolean }) => {
      const [before, after] = await Promise.all([
        openRepository(options.repo, base),
        openRepository(options.repo, head),
      ]);
      const changed = (await changedEntries(before, after)).map(({ path }) => path);
      const [old, fresh] = await Promise.all([readFleet(before), readFleet(after)]);
      const hosts = reachedMachines(old, fresh, changed).reached.map(({ name, why }) => ({ name, why }));
      before.close();
      after.close();
      if (options.json) return io.print(JSON.stringify({ hosts, method: 'imports', unread: fresh.unread }));
      for (const { name, why } of hosts) io.print(`${name}  ${why.join(' <- ')}`);
      if (hosts.length === 0) io.print(`No host is reached by ${changed.length} changed files.`);
    });
