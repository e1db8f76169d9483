import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends a run with one plain line of counts, for whoever reads only the last line of a log. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = (state: ReturnType<TestCase['result']>['state']) =>
      modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
    // A file that could not even be loaded has no tests to count, and is a failure all the same.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    process.stdout.write(
      `\n${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`,
    );
  }
}
