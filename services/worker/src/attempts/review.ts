import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import { type EventData, type HelperAgent, type Review } from '@cc-executor/contracts';
import { addSpent } from '@cc-executor/executions';
import type { AttemptRunner } from './attempt-runner.ts';
import { isStop } from './blocking-outcomes.ts';
import { helperFor, readingTask } from './reading-agent.ts';

/** The number of paths that are reported to people and to the reviewer. */
const MOST_FILES = 200;
const MOST_FINDINGS = 50;

/** The answer of a reviewer. */
const REVIEW = {
  type: 'object',
  properties: {
    summary: { type: 'string', description: 'The state of the changes, in two or three sentences.' },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          file: { type: 'string' },
          line: { type: ['integer', 'null'], description: 'Where, if it is at one place.' },
          severity: { enum: ['high', 'medium', 'low'] },
          problem: { type: 'string', description: 'What goes wrong, and when.' },
        },
        required: ['file', 'line', 'severity', 'problem'],
        additionalProperties: false,
      },
    },
  },
  required: ['summary', 'findings'],
  additionalProperties: false,
};

/** Has a fresh agent review the changes of a prompt, if that is enabled and something changed. */
export async function reviewChanges(
  runner: AttemptRunner,
  task: AgentTask,
  end: AgentEnd,
): Promise<AgentEnd> {
  const { hooks, evidence } = runner;
  if (hooks?.reviews !== true || runner.task.kind !== 'prompt') return end;
  const seen = await evidence.lookAgain();
  const changed = (seen?.changes ?? []).filter(({ kind, change }) => kind === 'file' && change !== 'removed');
  if (changed.length === 0) return end;
  const files = changed.slice(0, MOST_FILES).map(({ path }) => path);
  await runner.note({ type: 'task.reviewing', data: { files, total_files: changed.length } });
  const helper = helperFor(runner.task, 'review');
  const asked = reviewerTask(task, helper, files);
  const ended = await runner.run(helper.agent, asked, runner.sinkFor('review', helper.agent));
  const review = reviewOf(ended);
  await runner.note({ type: 'task.reviewed', data: review });
  const warning = reviewWarning(review);
  if (warning) await runner.note({ type: 'task.warning', data: warning });
  const spent = { ...end, ...addSpent(end, review) };
  return isStop(ended.outcome) ? { ...spent, outcome: ended.outcome, message: ended.message } : spent;
}

/** Returns the task of a fresh agent that reviews the changes of another. */
function reviewerTask(task: AgentTask, helper: HelperAgent, files: readonly string[]): AgentTask {
  const list = files.map((file) => `- ${file}`);
  const text = [
    'Another agent has just worked in this folder. Review what it has changed: read the files below, and what they touch.',
    'Look for faults that matter (wrong results, crashes, lost data, security), and for work that was asked for and is missing. Matters of taste are no findings; no finding at all is a good answer. Change nothing.',
    `What it was asked for:\n\n<task>\n${task.text}\n</task>`,
    `The files that it made or changed:\n\n${list.join('\n')}`,
  ].join('\n\n');
  return readingTask(task, helper, { text, json_schema: REVIEW });
}

/** Returns the review from the end of a reviewer's run. */
function reviewOf({ outcome, message, json, session_id, cost_usd, usage }: AgentEnd): Review {
  const said = outcome === 'completed' ? (json as Pick<Review, 'summary' | 'findings'> | null) : null;
  const findings = (said?.findings ?? []).slice(0, MOST_FINDINGS);
  return { summary: said?.summary ?? message, findings, outcome, session_id, cost_usd, usage };
}

/** Returns the warning for a review; null: none. */
function reviewWarning({ findings, outcome, summary }: Review): EventData<'task.warning'> | null {
  if (outcome !== 'completed')
    return { code: 'not_reviewed', message: `Its changes could not be reviewed: ${summary ?? outcome}` };
  const worst = findings.filter(({ severity }) => severity === 'high');
  const [first] = worst;
  if (first === undefined) return null;
  const more = worst.length > 1 ? ` (and ${String(worst.length - 1)} more)` : '';
  return { code: 'review', message: `The review of its changes: ${first.file}: ${first.problem}${more}` };
}
