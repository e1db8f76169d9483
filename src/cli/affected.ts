import { Command } from 'commander';
import { changedEntries } from '../core/tree-diff.ts';
import { type Evaluation, exactlyReached, treeOfOwner } from '../fleet/evaluation.ts';
import { keyedTree } from '../fleet/keyed-tree.ts';
import { type ReachedMachine, type ReachedMachines, reachedMachines } from '../fleet/reached-machines.ts';
import type { Tree } from '../core/tree.ts';
import { readFleet } from '../nix/hosts/find-hosts.ts';
import type { Unread } from '../nix/repository.ts';
import { count } from '../report/markdown.ts';
import type { Io } from './io.ts';
import { openRepository } from './open-repository.ts';

interface Options {
  readonly repo: string;
  readonly evaluate: boolean;
  readonly json: boolean;
}

interface Answer {
  readonly reached: readonly ReachedMachine[];
  readonly method: 'imports' | 'evaluated';
  readonly unread: readonly Unread[];
}

/** `{hosts: [{name, why: [path, …]}], method: "imports" | "evaluated", unread}` */
export const affectedCommand = (io: Io): Command =>
  new Command('affected')
    .description('tell which hosts a change reaches: it may name more than it does, never fewer')
    .argument('<base>', 'the commit before')
    .argument('[head]', 'the commit after; the checkout as it lies there without it')
    .option('--repo <path>', 'the checkout', '.')
    .option('--evaluate', 'evaluate each of them with Nix, and name only those whose system differs', false)
    .option('--json', 'print {hosts: [{name, why}], method, unread}', false)
    .action(async (base: string, head: string | undefined, options: Options) => {
      const evaluation = options.evaluate ? await evaluationOf(io) : null;
      if (options.evaluate && evaluation === null) return;
      const [before, after] = await Promise.all([
        openRepository(options.repo, base),
        openRepository(options.repo, head),
      ]);
      const changed = (await changedEntries(before, after)).map(({ path }) => path);
      const [old, fresh] = await Promise.all([readFleet(before), readFleet(after)]);
      const machines = reachedMachines(old, fresh, changed);
      const byImports: Answer = { reached: machines.reached, method: 'imports', unread: machines.unread };
      const answer =
        evaluation === null
          ? byImports
          : await exactly(evaluation, { before, after }, machines, (name) => {
              const host = fresh.hosts.find((one) => one.name === name);
              return { file: host?.file ?? '', line: host?.line ?? 1 };
            });
      before.close();
      after.close();
      const hosts = answer.reached.map(({ name, why }) => ({ name, why }));
      if (options.json) return io.print(JSON.stringify({ hosts, method: answer.method, unread: answer.unread }));
      for (const { name, why } of hosts) io.print(`${name}  ${why.join(' <- ')}`);
      if (hosts.length === 0) io.print(`No host is reached by ${count(changed.length, 'changed file')}.`);
      const notRead = answer.unread.filter((one) => !machines.unread.includes(one));
      for (const { file, line, why } of notRead) io.print(`not evaluated: ${file}:${line} ${why}`);
    });

/** Loaded when it is asked for: most calls are over before all of that would be read. */
async function evaluationOf(io: Io): Promise<Evaluation | null> {
  const { ownEvaluation } = await import('./own-evaluation.ts');
  return ownEvaluation(io);
}

/** By the systems themselves. A machine that could not be evaluated stays named, and stands among what was not read. */
async function exactly(
  evaluation: Evaluation,
  trees: { readonly before: Tree; readonly after: Tree },
  machines: ReachedMachines,
  placeOf: (name: string) => Pick<Unread, 'file' | 'line'>,
): Promise<Answer> {
  const [before, after] = await Promise.all([keyedTree(trees.before), keyedTree(trees.after)]);
  const exact = await exactlyReached(evaluation, treeOfOwner(before), treeOfOwner(after), machines);
  const failed = exact.failed.map(({ name, why }) => ({
    ...placeOf(name),
    why: `${name} could not be evaluated: ${why}`,
  }));
  const isTold = exact.evaluated > 0 || failed.length === 0;
  return {
    reached: exact.machines.reached,
    method: isTold ? 'evaluated' : 'imports',
    unread: [...machines.unread, ...failed],
  };
}
