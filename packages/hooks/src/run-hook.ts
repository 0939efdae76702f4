import { runProgram, type Launch, type ProgramEnd } from '@cc-executor/agents';
import {
  faultsOf,
  HOOK_ANSWERS,
  type HookContext,
  type HookResult,
  type HookStage,
} from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';
import { extname, join } from 'node:path';
import type { z } from 'zod';
import type { HookDefinition } from './hook.ts';

const HOST = join(import.meta.dirname, 'module-host', `main${extname(import.meta.filename)}`);
/** An answer may contain a prompt: 1 MiB, each byte of which has at most six bytes in JSON. */
const ANSWER_BYTES = 8 * 1024 * 1024;
const STDERR_CHARACTERS = 500;

export interface HookPorts {
  launch: Launch;
  /** The environment of hooks, without our secrets. */
  env: Readonly<Record<string, string>>;
  /** Their working directory. */
  directory: string;
  /** The time between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}

/** The answer of a hook of a stage. */
export type Answer<S extends HookStage = HookStage> = z.output<(typeof HOOK_ANSWERS)[S]>;

/** The result of one run of a hook. */
export interface HookRun<S extends HookStage = HookStage> {
  result: HookResult;
  /** Null if it failed. */
  answer: Answer<S> | null;
  /** Its message, or the error. */
  message: string | null;
  /** The end of its output, at most 500 characters. */
  stderr: string;
  /** Seconds. */
  execution_time: number;
}

/** Runs a hook in its own process, and ends all processes that it leaves. Never rejects. */
export async function runHook<S extends HookStage>(
  ports: HookPorts,
  hook: HookDefinition & { stage: S },
  context: HookContext<S>,
  signal?: AbortSignal,
): Promise<HookRun<S>> {
  const began = performance.now();
  const mark = `\n${randomUUID()}\n`;
  const { runs } = hook;
  const end = await runProgram(ports.launch, {
    command: 'module' in runs ? process.execPath : runs.program,
    args: 'module' in runs ? [HOST, runs.module, mark] : runs.args,
    cwd: ports.directory,
    env: { ...ports.env, ...variablesOf(context) },
    input: JSON.stringify(context),
    timeoutMs: hook.timeout * 1000,
    graceMs: ports.graceMs,
    stdoutBytes: ANSWER_BYTES,
    signal,
  });
  const judged = failureOf(hook, end) ?? answerOf<S>(hook.stage, 'module' in runs, end.stdout, mark);
  return {
    ...judged,
    stderr: lastOf(end.stderr),
    execution_time: Math.round(performance.now() - began) / 1000,
  };
}

type Judged<S extends HookStage> = Pick<HookRun<S>, 'result' | 'answer' | 'message'>;
const failed = (message: string, result: HookResult = 'failed') => ({ result, answer: null, message });

function failureOf({ timeout }: HookDefinition, { cause, exit, failure }: ProgramEnd): Judged<never> | null {
  if (cause === 'not_started') return failed(`It could not be started: ${String(failure)}.`);
  if (cause === 'timed_out')
    return failed(`It took longer than ${String(timeout)} s and was ended.`, 'timed_out');
  if (cause === 'too_much_output')
    return failed(`It printed more than ${String(ANSWER_BYTES)} bytes and was ended.`);
  if (cause === 'aborted') return failed('It was ended, as what it was run for.');
  if (exit.signal !== null) return failed(`It was ended by ${exit.signal}.`);
  return exit.code === 0 ? null : failed(`It ended with exit code ${String(exit.code)}.`);
}

/** Returns its answer; a command that prints no JSON object has an empty one. */
function answerOf<S extends HookStage>(stage: S, isModule: boolean, stdout: string, mark: string): Judged<S> {
  const at = isModule ? stdout.lastIndexOf(mark) : 0;
  if (at === -1) return failed('It ended without an answer.');
  const text = isModule ? stdout.slice(at + mark.length) : stdout.trim();
  if (!isModule && !text.startsWith('{'))
    return { result: 'proceed', answer: parse(stage, {}), message: null };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return failed(`Its answer is not JSON: ${(error as Error).message}.`);
  }
  const parsed = HOOK_ANSWERS[stage].safeParse(given);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error).map(({ path, message }) => `${path || 'the whole'} ${message}`);
    return failed(`Its answer can't be used: ${faults.join('; ')}.`);
  }
  const answer = parsed.data as Answer<S>;
  return { result: resultOf(answer), answer, message: answer.message ?? null };
}

function parse<S extends HookStage>(stage: S, given: object): Answer<S> {
  return HOOK_ANSWERS[stage].parse(given) as Answer<S>;
}

function resultOf(answer: Answer): HookResult {
  if (answer.proceed === false) return 'refused';
  const isAmended =
    ('env' in answer && Object.keys(answer.env ?? {}).length > 0) ||
    ('prompt' in answer && answer.prompt !== undefined);
  return isAmended ? 'amended' : 'proceed';
}

/** Returns the variables for a command that does not read JSON. */
function variablesOf(context: HookContext): Record<string, string> {
  const told: Record<string, string | number | null | undefined> = {
    STAGE: context.stage,
    HOOK: context.hook,
    EXECUTION_ID: context.execution_id,
    WORKSPACE: context.workspace,
    TASK: 'task' in context ? context.task.task_number : undefined,
    TASK_KIND: 'task' in context ? context.task.kind : undefined,
    ATTEMPT: 'attempt' in context ? context.attempt : undefined,
    OUTCOME: 'end' in context ? context.end.outcome : undefined,
    EXIT_CODE: 'end' in context ? context.end.exit_code : undefined,
    STATUS: 'status' in context ? context.status : undefined,
    EVENT: 'event' in context ? context.event.type : undefined,
  };
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[`CC_EXECUTOR_${name}`, String(value)]],
    ),
  );
}

function lastOf(text: string): string {
  // Never starts in the middle of a surrogate pair.
  return text.slice(-STDERR_CHARACTERS).replace(/^[\uDC00-\uDFFF]/, '');
}
