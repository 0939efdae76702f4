import type { EventData, HookContext, HookStage } from '@cc-executor/contracts';
import type { Note, Recorder } from '@cc-executor/executions';
import { runHook, type Answer, type HookDefinition, type HookRun } from '@cc-executor/hooks';
import type { HookSet } from './hook-set.ts';

/** Why hooks stopped a stage. `drained`: a required hook was interrupted, and what it judges is done again. */
export interface Stop {
  outcome: 'hook_refused' | 'hook_failed' | 'drained';
  message: string;
}

/** The changes of a hook. */
type Amendment = Pick<EventData<'hook.amended'>, 'env' | 'prompt'>;

export interface StageRun<S extends HookStage> {
  set: HookSet;
  stage: S;
  executionId: string;
  /** The task and attempt, for the events. */
  place: { task: number; attempt: number } | null;
  recorder: Pick<Recorder, 'note'>;
  /** Returns the hook's context; called when it is its turn. */
  contextOf: (hook: string) => HookContext<S>;
  /** Ends the running hook, and starts no other. */
  signal: AbortSignal;
  /** Applies an answer that allows the stage. Returns what it changes, or what in it cannot be used; null: nothing. */
  take?: ((answer: Answer<S>) => Amendment | string | null) | undefined;
}

/**
 * Runs the hooks of a stage, one after the other, and reports each. In a stage before a step, the first one that refuses, or that
 * is required and fails, is the last one; in a stage after a step, all run. Returns what stopped it; null: it may continue.
 */
export async function runStage<S extends HookStage>(run: StageRun<S>): Promise<Stop | null> {
  const { set, stage, signal } = run;
  const isBefore = stage.startsWith('pre_');
  let stop: Stop | null = null;
  let cutOff: Stop | null = null;
  for (const hook of set.definitions) {
    if (hook.stage !== stage) continue;
    if (isBefore && stop !== null) break;
    const done = signal.aborted ? null : await runOne(run, hook);
    // A hook that was ended from outside, or not started, has neither failed nor allowed anything.
    if (done !== null && !signal.aborted) stop ??= await reportRun(run, hook, done);
    else if (hook.required && !isBefore) cutOff ??= cutOffAt(hook);
  }
  return stop ?? cutOff;
}

async function runOne<S extends HookStage>(run: StageRun<S>, hook: HookDefinition): Promise<HookRun<S>> {
  const { set, stage, executionId: execution_id, place, signal } = run;
  const at = new Date().toISOString();
  const asked = hook as HookDefinition & { stage: S };
  const done = await runHook(set.ports, asked, run.contextOf(hook.name), signal);
  const { result, message, execution_time } = done;
  const task = place?.task ?? null;
  set.book.add({ at, hook: hook.name, stage, execution_id, task, result, message, execution_time });
  return done;
}

function cutOffAt({ name }: HookDefinition): Stop {
  return { outcome: 'drained', message: `Its worker was asked to stop before the hook ${name} was done.` };
}

async function reportRun<S extends HookStage>(
  { recorder, place, take }: StageRun<S>,
  hook: HookDefinition,
  { answer, message, stderr, execution_time }: HookRun<S>,
): Promise<Stop | null> {
  const who = { hook: hook.name, stage: hook.stage };
  const note = async (type: `hook.${string}` & Note['type'], data: object) =>
    await recorder.note({ type, ...place, data: { ...who, ...data } } as Note);
  const proceed = answer?.proceed ?? true;
  const amended = answer && proceed ? (take?.(answer) ?? null) : null;
  if (answer === null || typeof amended === 'string') {
    const what = typeof amended === 'string' ? amended : (message ?? 'It failed.');
    await note('hook.warning', { required: hook.required, message: what, stderr });
    return hook.required ? { outcome: 'hook_failed', message: `The hook ${hook.name}: ${what}` } : null;
  }
  if (amended !== null) await note('hook.amended', amended);
  await note('hook.finished', { proceed, message, execution_time });
  if (proceed) return null;
  return {
    outcome: 'hook_refused',
    message: `The hook ${hook.name} refused it: ${message ?? 'no reason was given'}`,
  };
}
