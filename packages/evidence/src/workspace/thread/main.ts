import { serve } from '../../threads/serve.ts';
import { Scans } from '../scans.ts';
import type { Question } from './question.ts';

// Scans workspaces, outside the thread that handles the output of agents.
const scans = new Scans();

async function answerTo(question: Question): Promise<unknown> {
  if (question.ask === 'begin') return await scans.begin(question.root, question.leaveOut, question);
  if (question.ask === 'changes') return await scans.changes(question.scan);
  if (question.ask === 'state') return scans.state(question.scan, question.whole);
  if (question.ask === 'snapshotted') scans.snapshotted(question.scan, question.snapshot);
  else scans.release(question.scan);
  return null;
}

serve(answerTo, () => scans.open);
