import type { CcExecutor, Execution, Submission, Task } from '@cc-executor/sdk';
import { workspacePath } from '../connection/workspace-path.ts';
import { duration } from './durations.ts';
import { counted } from '@cc-executor/contracts/english';
import { note, oneLine } from './print.ts';
import { shortId } from './short-id.ts';
import { shortTime } from './times.ts';

/** Prints the title, the folder and the forecast of a submitted list, and the next commands, on standard error. */
export async function printSubmitted(
  client: CcExecutor,
  execution: Execution,
  { tasks, ...options }: Submission,
): Promise<void> {
  // The list is submitted even if its details cannot be read, so no failure here is reported.
  const facts = [
    titleLine(execution),
    workspaceLine(client, execution),
    forecastLine(client, tasks, options),
  ];
  for (const line of await Promise.all(facts.map(async (fact) => await fact.catch(() => null))))
    if (line !== null) note(line);
  const id = shortId(execution.id);
  note(`Next:      cc-executor watch ${id}  (or: results, pause, cancel)`);
}

async function titleLine(execution: Execution): Promise<string> {
  const { title, total_tasks } = await execution.status();
  return `Title:     ${oneLine(title ?? '-')}, ${counted(total_tasks, 'task')}`;
}

async function workspaceLine(client: CcExecutor, execution: Execution): Promise<string> {
  const { workspace } = await execution.details();
  return `Workspace: ${oneLine(await workspacePath(client, workspace))}`;
}

async function forecastLine(
  client: CcExecutor,
  tasks: Submission['tasks'],
  options: Omit<Submission, 'tasks'>,
): Promise<string> {
  const { forecast } = await client.analyze(tasks as Task[], options);
  const { expected, likely, cost_usd, without_history } = forecast;
  const end = shortTime(new Date(Date.now() + expected * 1000).toISOString());
  const cost = cost_usd === null ? '' : `, about $${cost_usd.toFixed(2)}`;
  const guessed = without_history === 0 ? '' : ' (a guess: not all of it has a history yet)';
  return `Forecast:  about ${duration(expected)}, done at about ${end}; at most ${duration(likely)} likely${cost}${guessed}`;
}
