import { choiceText, statusText, type TaskView } from '@cc-executor/contracts';
import { isTaken } from './needs.ts';
import type { StoredExecution } from './ports/store.ts';
import { withoutSecrets } from './prompt-options.ts';
import type { TaskRecord } from './record.ts';
import { resultWarnings } from './result-warnings.ts';
import type { TaskState } from './state.ts';
import { recordOfTask, stateOfTask } from './stored-execution.ts';
import { skipReasonOf, whyNotRun } from './why-not-run.ts';

/** Returns the view of a task in that of its execution, by number. */
export function taskView(execution: StoredExecution, number: number): TaskView {
  const task = recordOfTask(execution.record, number);
  const now = stateOfTask(execution.state, number);
  const why = whyNotRun(execution, number);
  const { kind, name, agent, text, timeout, retries } = task;
  const { status, attempt, started_at, completed_at, end, cost_usd, usage, prediction } = now;
  const options = withoutSecrets(task.options);
  const order = {
    ...(task.needs && { needs: [...task.needs] }),
    ...(task.when && { when: task.when }),
    ...(task.shared && { shared: task.shared }),
    ...variantView(execution, number),
    ...(task.picks && { picks: [...task.picks] }),
  };
  const asked = { kind, name, agent, text, timeout, retries, options, ...task.checking, ...order };
  return {
    task_number: number,
    ...asked,
    prediction,
    status,
    attempt,
    ...carriedView(now),
    ...skippedView(now),
    ...(why !== null && { not_run: why }),
    started_at,
    completed_at,
    amendment: amendmentView(now),
    end,
    ...choiceView(task, end),
    ...warned(now),
    cost_usd,
    usage,
  };
}

/** Returns which variant a task is, and whether it was taken. */
export function variantView({ record, state }: StoredExecution, task: number): Pick<TaskView, 'variant'> {
  const { variant } = recordOfTask(record, task);
  const taken = isTaken(task, record.tasks, state.tasks);
  return variant
    ? { variant: { number: variant.number, of: variant.of, ...(taken !== undefined && { taken }) } }
    : {};
}

/** Returns the variant that a task has picked, as a text. */
export function choiceView({ kind, text }: TaskRecord, end: TaskState['end']): Pick<TaskView, 'choice'> {
  return end?.picked ? { choice: choiceText(end.picked, kind === 'command' ? text : null) } : {};
}

/** Returns the execution from which a task was carried over. */
export function carriedView({ carried_from }: TaskState): Pick<TaskView, 'carried_from'> {
  return carried_from ? { carried_from } : {};
}

/** Returns why a task was skipped. */
export function skippedView(task: TaskState): Pick<TaskView, 'skipped'> {
  const skipped = skipReasonOf(task);
  return skipped === undefined ? {} : { skipped };
}

/** Returns the warnings of a task, and its status with them. */
export function warned(now: TaskState): Required<Pick<TaskView, 'status_text' | 'warnings'>> {
  const warnings = resultWarnings(now);
  return { status_text: statusText(now.status, warnings.length > 0), warnings };
}

/** Returns the amendment of a prompt; null: it was not amended. */
export function amendmentView({ amendment }: TaskState): TaskView['amendment'] {
  if (amendment === null) return null;
  const { attempt: _, ...view } = amendment;
  return view;
}
