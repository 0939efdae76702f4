import type { Check } from './scenario.ts';

/** It waits, for so many seconds from now. */
export function waitsFor(least: number, most: number): Check {
  return ({ status, summary }) => {
    const seconds = (Date.parse(summary.waiting_until ?? '') - Date.now()) / 1000;
    if (status === 'waiting' && seconds >= least && seconds <= most) return;
    const expected = `${String(least)} to ${String(most)}`;
    throw new Error(`It is ${status} for ${String(seconds)} s, not for ${expected}.`);
  };
}

/** It gave these warnings, in this order; a slow machine may give one of them more than once. */
export function warns(...codes: string[]): Check {
  return async (_, { events }) => {
    const warnings = (await events()).filter(({ type }) => type === 'task.warning');
    const told = [...new Set(warnings.map(({ data }) => data['code']))].join();
    if (told !== codes.join()) throw new Error(`The warnings are ${told || 'none'}, not ${codes.join()}.`);
  };
}
