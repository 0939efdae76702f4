import { parentPort } from 'node:worker_threads';
import { toPlain, type PlainError } from './plain-error.ts';

/** A question, with its own number. */
interface Asked {
  id: number;
  question: unknown;
}

export interface ThreadAnswer {
  id: number;
  answer?: unknown;
  failure?: PlainError;
  /** How much the thread holds that must not be lost. */
  held: number;
}

/**
 * Answers what an AskedThread asks, in this thread; several questions at the same time. `held`: returns how much it holds
 * between two questions: with nothing, it may be ended.
 */
export function serve(answerTo: (question: never) => Promise<unknown>, held: () => number = () => 0): void {
  const post = (message: ThreadAnswer) => {
    parentPort?.postMessage(message);
  };
  parentPort?.on('message', ({ id, question }: Asked) => {
    answerTo(question as never)
      .then((answer) => {
        post({ id, answer, held: held() });
      })
      .catch((error: unknown) => {
        post({ id, failure: toPlain(error), held: held() });
      });
  });
}
