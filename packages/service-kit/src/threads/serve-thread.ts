import { parentPort } from 'node:worker_threads';
import type { Answer, Question } from './messages.ts';

/** Answers the calls of a BoundedThread, in the program of its thread. */
export function serveThread(functions: Readonly<Record<string, (argument: never) => unknown>>): void {
  parentPort?.on('message', ({ name, argument }: Question) => {
    parentPort?.postMessage(answerOf(() => functions[name]?.(argument as never)));
  });
}

function answerOf(work: () => unknown): Answer {
  try {
    return { value: work() };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
