import { serve } from '../../threads/serve.ts';
import { Looks } from '../looks.ts';
import type { Question } from './question.ts';

// Scans workspaces, outside the thread that handles the output of agents.
const looks = new Looks();

async function answerTo(question: Question): Promise<unknown> {
  if (question.ask === 'begin') return await looks.begin(question.root, question.leaveOut, question);
  if (question.ask === 'changes') return await looks.changes(question.look);
  if (question.ask === 'state') return looks.state(question.look, question.whole);
  if (question.ask === 'snapshotted') looks.snapshotted(question.look, question.snapshot);
  else looks.release(question.look);
  return null;
}

serve(answerTo, () => looks.open);
