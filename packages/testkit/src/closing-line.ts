import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line, for readers of only that line, and names every test that needed a second attempt. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const states = tests.map((test) => test.result().state);
    const count = (state: string) => states.filter((one) => one === state).length;
    // A file that cannot be loaded has no tests, but is a failure.
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    const unsteady = tests.filter((test) => test.diagnostic()?.flaky);
    for (const test of unsteady) {
      const errors = test.result().errors?.map(({ message }) => message) ?? [];
      console.log(
        `needed another attempt: ${test.module.relativeModuleId} > ${test.fullName}\n${errors.join('\n')}`,
      );
    }
    const [passed, failed, skipped] = [count('passed'), count('failed') + broken, count('skipped')];
    const more = [
      ...(skipped > 0 ? [`${String(skipped)} skipped`] : []),
      ...(unsteady.length > 0 ? [`${String(unsteady.length)} needed another attempt`] : []),
    ];
    console.log([`${String(passed)} passed`, `${String(failed)} failed`, ...more].join(', '));
  }
}
