import { bareEnd } from '@cc-executor/agents';
import type { AttemptEnd, HookContext, HookContexts, HookStage } from '@cc-executor/contracts';

const TASK = {
  task_number: 1,
  name: 'a sample',
  kind: 'prompt',
  text: 'Say what two and two make.',
} as const;

const END: Omit<AttemptEnd, 'receipt'> = {
  ...bareEnd('completed', null),
  result: 'Four.',
  result_truncated: false,
  execution_time: 1.5,
  stdout_bytes: 5,
  stderr_bytes: 0,
  turns: 1,
};

/** Returns a sample context for a hook of a stage, to try it with. `workspace`: an existing folder. */
export function sampleContext(stage: HookStage, workspace: string): HookContext {
  const about = { hook: 'sample', execution_id: 'sample', workspace, total_tasks: 1 };
  const samples: { [S in HookStage]: HookContexts[S] } = {
    pre_execution: { ...about, stage: 'pre_execution', tasks: [TASK], continued: false },
    pre_task: { ...about, stage: 'pre_task', task: TASK, attempt: 1 },
    post_task: { ...about, stage: 'post_task', task: TASK, attempt: 1, end: END },
    post_execution: {
      ...about,
      stage: 'post_execution',
      status: 'completed',
      completed_tasks: 1,
      failed_tasks: 0,
      not_run_tasks: 0,
      warned_tasks: 0,
      execution_time: 2,
      cost_usd: null,
    },
    on_event: {
      ...about,
      stage: 'on_event',
      event: {
        seq: 1,
        epoch: 'sample',
        execution_id: 'sample',
        at: new Date(0).toISOString(),
        type: 'execution.queued',
        data: { total_tasks: 1, workspace: 'sample', lane: 'prompts' },
      },
    },
  };
  return samples[stage];
}
