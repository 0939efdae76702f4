import type { TaskStatus } from './states.ts';

interface OutcomeRow {
  /** The task's status if its last attempt ends with this outcome. `pending`: the task is not finished. */
  status: Exclude<TaskStatus, 'running'>;
  /** True if the attempt counts against the task's retries. */
  counts: boolean;
  /** What follows, independent of the task's options; null: only its retries. */
  follows: 'wait_for_reset' | 'wait_for_burst' | 'wait_for_recovery' | 'pause' | null;
  /** True if a retry may end in another way; otherwise none is made. */
  retry: boolean;
  means: string;
}

/** The outcomes of attempts. An exit status alone is never an outcome. */
export const OUTCOMES = {
  completed: {
    status: 'completed',
    counts: true,
    follows: null,
    retry: false,
    means: 'It succeeded, and there is proof of it.',
  },
  nonzero_exit: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The command ended with an exit code other than 0.',
  },
  signalled: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'A signal that was not ours ended the process.',
  },
  spawn_failed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The process could not be started.',
  },
  not_allowed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The program is not one of ALLOWED_COMMANDS.',
  },
  out_of_memory: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'Its container reached its limit of memory, and the system ended its process.',
  },
  timed_out: {
    status: 'timed_out',
    counts: true,
    follows: null,
    retry: true,
    means: 'It exceeded its timeout and was ended.',
  },
  silent: {
    status: 'timed_out',
    counts: true,
    follows: null,
    retry: true,
    means: 'It was silent for too long and was ended.',
  },
  temp_full: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'Its temporary files exceeded the limit of an attempt, and it was ended.',
  },
  cancelled: {
    status: 'cancelled',
    counts: true,
    follows: null,
    retry: false,
    means: 'The execution was cancelled.',
  },
  drained: {
    status: 'pending',
    counts: false,
    follows: null,
    retry: true,
    means: 'Its worker was asked to stop; another worker runs it again.',
  },
  paused: {
    status: 'pending',
    counts: false,
    follows: null,
    retry: true,
    means: 'It was paused for so long that its memory was released; it runs again when it is resumed.',
  },
  worker_lost: {
    status: 'pending',
    counts: false,
    follows: null,
    retry: true,
    means: 'Its worker died or was cut off; another worker runs it again, up to ten times in a row.',
  },
  ends_worker: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means:
      'Its worker was lost within 10 seconds of its start, for the second time in a row: a command of it seems to end ' +
      'cc-executor itself.',
  },
  conversation_lost: {
    status: 'pending',
    counts: false,
    follows: null,
    retry: true,
    means:
      'It tried to resume the conversation of an interrupted attempt, which the model or Claude Code refused; ' +
      'the task starts again in a new one.',
  },
  no_result: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means:
      'The agent ended without a result, or its last answer is empty. Its conversation is resumed once, independent of `retries`.',
  },
  agent_crashed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The agent process died.',
  },
  auth_failed: {
    status: 'pending',
    counts: false,
    follows: 'pause',
    retry: true,
    means: 'The agent is not logged in, or its credential was refused.',
  },
  usage_limit: {
    status: 'pending',
    counts: false,
    follows: 'wait_for_reset',
    retry: true,
    means: "The plan's usage limit is reached.",
  },
  rate_limited: {
    status: 'pending',
    counts: false,
    follows: 'wait_for_burst',
    retry: true,
    means: 'The model refused because of a burst of requests (429).',
  },
  overloaded: {
    status: 'pending',
    counts: false,
    follows: 'wait_for_burst',
    retry: true,
    means: 'The model is overloaded (529).',
  },
  server_error: {
    status: 'pending',
    counts: false,
    follows: 'wait_for_recovery',
    retry: true,
    means: 'The model answered with a server error.',
  },
  network: {
    status: 'pending',
    counts: false,
    follows: 'wait_for_recovery',
    retry: true,
    means: 'The model could not be reached, or the response was not from the model.',
  },
  billing: {
    status: 'pending',
    counts: false,
    follows: 'pause',
    retry: true,
    means: 'The account has no credit left.',
  },
  overage: {
    status: 'pending',
    counts: false,
    follows: 'pause',
    retry: true,
    means: "The plan's limit is reached and paid extra usage began, and the task asked to pause then.",
  },
  account_disabled: {
    status: 'pending',
    counts: false,
    follows: 'pause',
    retry: true,
    means: 'The account or its organization is disabled.',
  },
  all_refused: {
    status: 'pending',
    counts: false,
    follows: 'pause',
    retry: true,
    means:
      'The model refused the first request of a prompt in the words in which it had refused the two prompts before: ' +
      'the prompts are not the reason.',
  },
  model_not_found: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'There is no such model for this account.',
  },
  prompt_too_long: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The prompt does not fit the model.',
  },
  invalid_request: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The model refused the first request as invalid.',
  },
  conversation_refused: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means:
      'The model refused to continue a conversation in which it had answered before; a retry begins a new one.',
  },
  max_turns: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The agent reached its number of turns.',
  },
  budget: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The agent reached its budget.',
  },
  refused: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The model, or a filter before it, refused to answer.',
  },
  output_token_limit: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: "The answer reached the model's limit of output tokens.",
  },
  invalid_output: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The answer is not the requested JSON.',
  },
  uuid_mismatch: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The answer does not have the requested UUID, and the task asks to fail then.',
  },
  validation_failed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The answer was judged invalid, or could not be judged although that was required.',
  },
  check_failed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'A check after the task did not pass.',
  },
  permission_denied: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'A tool was denied, and the task asks to fail then.',
  },
  background_left: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'A background command still ran when the agent was done, and the task asks to fail then.',
  },
  mcp_failed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'An MCP server of the task could not be used.',
  },
  merge_conflict: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means:
      'The work of the tasks that it needs can not be joined: they have changed the same, or no snapshot has all of it.',
  },
  tool_not_found: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The MCP server has no such tool.',
  },
  invalid_arguments: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The arguments do not fit what the tool asks for.',
  },
  tool_failed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The tool, or its MCP server, reported an error.',
  },
  answer_too_large: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'The answer was larger than an answer may be, and was not taken.',
  },
  missing_result: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'A task that its prompt refers to has no result.',
  },
  hook_refused: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: false,
    means: 'A hook refused it before it started.',
  },
  hook_failed: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'A required hook failed.',
  },
  agent_error: {
    status: 'failed',
    counts: true,
    follows: null,
    retry: true,
    means: 'The agent reported an error of another kind.',
  },
} as const satisfies Record<string, OutcomeRow>;

export type OutcomeCode = keyof typeof OUTCOMES;
export const OUTCOME_CODES = Object.keys(OUTCOMES) as [OutcomeCode, ...OutcomeCode[]];
