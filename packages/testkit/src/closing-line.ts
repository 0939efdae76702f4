import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The error of vitest for a file whose process ended before its tests. */
const ENDED_PROCESS = /^\[vitest-pool\]: Worker \w+ emitted error/;

/**
 * Ends a run with one plain line, for readers of only that line. Names every test that needed a second attempt, and every
 * file that has no result because its process was ended by a signal. Where these files are all that is wrong, their names
 * are written to the file that `CC_TEST_LOST_FILES` names, one a line: they can be run again.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
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
    const lost = modules.filter(hasNoEnd).map((module) => module.relativeModuleId);
    for (const file of lost) console.log(`without a result, its process has ended: ${file}`);
    const [passed, failed, skipped] = [count('passed'), count('failed') + broken, count('skipped')];
    const isLossAlone = failed === 0 && unhandled.every(({ message }) => ENDED_PROCESS.test(message));
    const list = process.env['CC_TEST_LOST_FILES'];
    if (list !== undefined && isLossAlone) writeFileSync(list, lost.map((file) => `${file}\n`).join(''));
    const more = [
      ...(skipped > 0 ? [`${String(skipped)} skipped`] : []),
      ...(unsteady.length > 0 ? [`${String(unsteady.length)} needed another attempt`] : []),
      ...(lost.length > 0 ? [`${String(lost.length)} without a result`] : []),
    ];
    console.log([`${String(passed)} passed`, `${String(failed)} failed`, ...more].join(', '));
  }
}

function hasNoEnd(module: TestModule): boolean {
  const isOpen = (state: string) => state === 'pending' || state === 'queued';
  return isOpen(module.state()) || [...module.children.allTests('pending')].length > 0;
}
