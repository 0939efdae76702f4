import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line, for readers of only that line. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((one) => one === state).length;
    // A file that cannot be loaded has no tests, but is a failure.
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    const [passed, failed, skipped] = [count('passed'), count('failed') + broken, count('skipped')];
    console.log(
      `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`,
    );
  }
}
