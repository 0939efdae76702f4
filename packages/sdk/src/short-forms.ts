import type { JsonReport, ResultsView } from '@cc-executor/contracts';
import { askFor, readAnswer, type AnswerOptions, type JsonSchema, type TypedSchema } from './answer-form.ts';
import type { CcExecutor, ExecuteOptions } from './cc-executor.ts';
import { defaultClient } from './default-client.ts';
import type { Followed } from './events.ts';
import { CcServerError } from './errors.ts';
import type { Task } from './task.ts';

export interface ShortFormOptions
  extends Pick<ExecuteOptions, 'workspace' | 'execution_id' | 'signal'>, AnswerOptions {
  /** Which server; default: the one that setDefaultClient has set, else that of CC_EXECUTOR_URL. */
  client?: CcExecutor;
  /** Each task's whole time: seconds, or a text such as "10m". */
  timeout?: number | string;
  /** Commands that run after each task; a failed one is handled as `onCheckFailure` says. */
  checks?: string[];
  /** Default: fail. fix: a fresh agent receives their output, at most `maxFixes` times. */
  onCheckFailure?: 'fail' | 'warn' | 'fix';
  /** How many agents try to fix a failed check, one after the other. */
  maxFixes?: number;
  /** Called with every event. */
  progressCallback?: (event: Followed) => void;
  /** Receives the text as it arrives; true: logs it to the console. */
  stream?: boolean | ((text: string) => void);
  /** Receives a report of the execution in Markdown when it has ended, however; true: logs it to the console. */
  generateReport?: boolean | ((markdown: string, executionId: string) => void | Promise<void>);
}

/** The options of a call that returns values and not texts. */
type Typed<Output> = ShortFormOptions & { jsonSchema: TypedSchema<Output> };
type Reported = ShortFormOptions & { json: 'report' };
type Untyped = ShortFormOptions & ({ jsonSchema: JsonSchema } | { jsonMode: true });

/**
 * Runs one task and returns its answer: a prompt's text, a command's stdout; with `jsonMode`, `jsonSchema` or `json` the
 * value of the JSON. Throws a CcServerError if it fails.
 */
export async function ccExecute<Output>(task: Task, options: Typed<Output>): Promise<Output>;
export async function ccExecute(task: Task, options: Reported): Promise<JsonReport>;
export async function ccExecute(task: Task, options: Untyped): Promise<unknown>;
export async function ccExecute(task: Task, options?: ShortFormOptions): Promise<string>;
export async function ccExecute(task: Task, options: ShortFormOptions = {}): Promise<unknown> {
  const [answer = ''] = await answersOf([task], options);
  return answer;
}

/** Runs tasks in order and returns their answers. Throws a CcServerError, with all results, at the first failure. */
export async function ccExecuteList<Output>(
  tasks: readonly Task[],
  options: Typed<Output>,
): Promise<Output[]>;
export async function ccExecuteList(tasks: readonly Task[], options: Reported): Promise<JsonReport[]>;
export async function ccExecuteList(tasks: readonly Task[], options: Untyped): Promise<unknown[]>;
export async function ccExecuteList(tasks: readonly Task[], options?: ShortFormOptions): Promise<string[]>;
export async function ccExecuteList(
  tasks: readonly Task[],
  options: ShortFormOptions = {},
): Promise<unknown[]> {
  return await answersOf(tasks, options);
}

async function answersOf(tasks: readonly Task[], options: ShortFormOptions): Promise<unknown[]> {
  const { client = defaultClient(), timeout, progressCallback, stream, generateReport } = options;
  const { workspace, execution_id, signal, checks, onCheckFailure, maxFixes } = options;
  const execution = await client.execute(askFor(tasks, options), {
    workspace,
    execution_id,
    signal,
    timeout_per_task: timeout,
    checks,
    on_check_failure: onCheckFailure,
    max_fixes: maxFixes,
  });
  const tell = stream === true ? (text: string) => console.log(text.replace(/\n$/, '')) : stream || null;
  for await (const event of execution.events({ signal: options.signal })) {
    progressCallback?.(event);
    const text = tell === null ? null : textOf(event);
    if (text !== null) tell?.(text);
  }
  const results = await execution.result({ signal: options.signal });
  const show = generateReport === true ? (report: string) => console.log(report) : generateReport || null;
  if (show !== null) await show(await execution.report({ signal: options.signal }), execution.id);
  throwIfFailed(results);
  return await Promise.all(results.results.map((result) => readAnswer(execution, result, options)));
}

function textOf(event: Followed): string | null {
  if (event.type === 'agent.text') return event.data.text;
  return event.type === 'task.output' && event.data.encoding === undefined ? event.data.data : null;
}

function throwIfFailed(results: ResultsView): void {
  const failed = results.results.find(({ status }) => status !== 'completed');
  if (failed === undefined) return;
  const why = failed.message ?? failed.status;
  const message = `Task ${String(failed.task_number)} (${failed.task_description}): ${why}`;
  throw new CcServerError(failed.outcome ?? 'cancelled', message, { results });
}
