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

function post(id: number, answer: Answer['answer']): void {
  parentPort?.postMessage({ id, answer, open: looks.open } satisfies Answer);
}

parentPort?.on('message', (question: Question) => {
  answerTo(question)
    .catch((error: Error) => error.message)
    .then((answer) => post(question.id, answer))
    .catch((error: Error) => post(question.id, error.message));
});
