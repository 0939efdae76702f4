import { parentPort } from 'node:worker_threads';
import { Looks } from '../looks.ts';
import type { Answer, Question } from './messages.ts';

// Scans workspaces, outside the thread that handles the output of agents.
const looks = new Looks();

async function answerTo(question: Question): Promise<Answer['answer']> {
  if (question.ask === 'begin') return await looks.begin(question.root, question.leaveOut, question.earlier);
  if (question.ask === 'changes') return await looks.changes(question.look);
  if (question.ask === 'state') return looks.state(question.look, question.whole);
  if (question.ask === 'snapshotted') looks.snapshotted(question.look, question.snapshot);
  else looks.release(question.look);
  return 0;
}

parentPort?.on('message', (question: Question) => {
  answerTo(question)
    .catch((error: Error) => error.message)
    .then((answer) => parentPort?.postMessage({ id: question.id, answer } satisfies Answer))
    .catch((error: Error) => parentPort?.postMessage({ id: question.id, answer: error.message }));
});
