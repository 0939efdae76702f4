import type { TaskStatus } from './states.ts';

/** Further properties of an outcome. Each is used in one place. */
type OutcomeMark =
  /** It ends the attempt from outside, whatever it is doing; a run of a helper that ends so ends the attempt as well. */
  | 'stops'
  /** The work may be half done, and the next attempt does not know it. */
  | 'leaves_work'
  /** The work was finished and rejected, and the agent of the next attempt learns why. */
  | 'told_next'
  /** After a resumed conversation, the conversation itself is the reason. */
  | 'blames_conversation'
  /** The same, where the model has produced nothing. */
  | 'blames_silent_conversation'
  /** The task takes at least as long as this attempt took; others that fail show nothing about that. */
  | 'lower_bound';

interface OutcomeRow {
  /** The task's status if its last attempt ends with this outcome. `pending`: the task is not finished. */
  status: Exclude<TaskStatus, 'running'>;
  /** True if the attempt counts against the task's retries. */
  counts: boolean;
  /** The consequence, independent of the task's options; null: only its retries. */
  follows: 'wait_for_reset' | 'wait_for_burst' | 'wait_for_recovery' | 'pause' | null;
  /** True if a retry may end in another way; otherwise none is made. */
  retry: boolean;
  /** Its evidence about the credential, for the model's server; null: none. */
  credential: 'accepted' | 'refused' | null;
  marks: readonly OutcomeMark[];
  means: string;
}

const FAILED = { status: 'failed', counts: true, follows: null, retry: true } as const;
const FAILED_FOR_GOOD = { ...FAILED, retry: false } as const;
const UNSETTLED = { status: 'pending', counts: false, retry: true } as const;

/** The outcomes of attempts. An exit status alone is never an outcome. */
export const OUTCOMES = {
  completed: {
    status: 'completed',
    counts: true,
    retry: false,
    follows: null,
    credential: 'accepted',
    marks: [],
    means: 'It succeeded, and there is proof of it.',
  },
  nonzero_exit: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'The command ended with an exit code other than 0.',
  },
  signalled: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'A signal that was not ours ended the process.',
  },
  spawn_failed: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'The process could not be started.',
  },
  not_allowed: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: 'The program is not one of ALLOWED_COMMANDS.',
  },
  out_of_memory: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'Its container reached its limit of memory, and the system ended its process.',
  },
  timed_out: {
    status: 'timed_out',
    counts: true,
    retry: true,
    follows: null,
    credential: null,
    marks: ['stops', 'leaves_work', 'lower_bound'],
    means: 'It exceeded its timeout and was ended.',
  },
  silent: {
    status: 'timed_out',
    counts: true,
    retry: true,
    follows: null,
    credential: null,
    marks: ['stops', 'leaves_work', 'lower_bound'],
    means: 'It was silent for too long and was ended.',
  },
  temp_full: {
    ...FAILED,
    credential: null,
    marks: ['stops', 'leaves_work', 'lower_bound'],
    means: 'Its temporary files exceeded the limit of an attempt, and it was ended.',
  },
  cancelled: {
    status: 'cancelled',
    counts: true,
    retry: false,
    follows: null,
    credential: null,
    marks: ['stops', 'lower_bound'],
    means: 'The execution was cancelled.',
  },
  drained: {
    ...UNSETTLED,
    follows: null,
    credential: null,
    marks: ['stops', 'lower_bound', 'leaves_work'],
    means: 'Its worker was asked to stop; another worker runs it again.',
  },
  paused: {
    ...UNSETTLED,
    follows: null,
    credential: null,
    marks: ['stops', 'lower_bound', 'leaves_work'],
    means:
      'It was paused for so long that its memory was released, or its list met a limit before its next agent; it runs again when the list continues.',
  },
  worker_lost: {
    ...UNSETTLED,
    follows: null,
    credential: null,
    marks: ['stops', 'lower_bound', 'leaves_work'],
    means: 'Its worker died or was cut off; another worker runs it again, up to ten times in a row.',
  },
  ends_worker: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means:
      'Its worker was lost within 10 seconds of its start, for the second time in a row: a command of it seems to end cc-executor itself.',
  },
  conversation_lost: {
    ...UNSETTLED,
    follows: null,
    credential: null,
    marks: ['lower_bound', 'leaves_work'],
    means:
      'It tried to resume the conversation of an interrupted attempt, which the model or the agent refused; the task starts again in a new one.',
  },
  no_result: {
    ...FAILED,
    credential: null,
    marks: ['leaves_work', 'blames_silent_conversation'],
    means:
      'The agent ended without a result, or its last answer is empty. Its conversation is resumed once, independent of `retries`.',
  },
  agent_crashed: {
    ...FAILED,
    credential: null,
    marks: ['leaves_work', 'blames_silent_conversation'],
    means: 'The agent process died.',
  },
  auth_failed: {
    ...UNSETTLED,
    follows: 'pause',
    credential: 'refused',
    marks: ['lower_bound', 'leaves_work'],
    means: 'The agent is not logged in, or its credential was refused.',
  },
  usage_limit: {
    ...UNSETTLED,
    follows: 'wait_for_reset',
    credential: 'refused',
    marks: ['lower_bound', 'leaves_work'],
    means: "The plan's usage limit is reached.",
  },
  rate_limited: {
    ...UNSETTLED,
    follows: 'wait_for_burst',
    credential: 'refused',
    marks: ['lower_bound', 'leaves_work'],
    means: 'The model refused because of a burst of requests (429).',
  },
  overloaded: {
    ...UNSETTLED,
    follows: 'wait_for_burst',
    credential: null,
    marks: ['lower_bound', 'leaves_work'],
    means: 'The model is overloaded (529).',
  },
  server_error: {
    ...UNSETTLED,
    follows: 'wait_for_recovery',
    credential: null,
    marks: ['lower_bound', 'leaves_work'],
    means: 'The model answered with a server error.',
  },
  network: {
    ...UNSETTLED,
    follows: 'wait_for_recovery',
    credential: null,
    marks: ['lower_bound', 'leaves_work'],
    means: 'The model could not be reached, or the response was not from the model.',
  },
  billing: {
    ...UNSETTLED,
    follows: 'pause',
    credential: 'refused',
    marks: ['lower_bound', 'leaves_work'],
    means: 'The account has no credit left.',
  },
  overage: {
    ...UNSETTLED,
    follows: 'pause',
    credential: null,
    marks: ['lower_bound', 'leaves_work'],
    means: "The plan's limit is reached and paid extra usage began, and the task asked to pause then.",
  },
  account_disabled: {
    ...UNSETTLED,
    follows: 'pause',
    credential: 'refused',
    marks: ['lower_bound', 'leaves_work'],
    means: 'The account or its organization is disabled.',
  },
  all_refused: {
    ...UNSETTLED,
    follows: 'pause',
    credential: null,
    marks: ['lower_bound', 'leaves_work'],
    means:
      'The model refused the first request of a prompt in the words in which it had refused the two prompts before: the prompts are not the reason.',
  },
  model_not_found: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: 'There is no such model for this account.',
  },
  prompt_too_long: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: ['blames_conversation'],
    means: 'The prompt does not fit the model.',
  },
  invalid_request: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: ['blames_conversation'],
    means: 'The model refused the first request as invalid.',
  },
  conversation_refused: {
    ...FAILED,
    credential: null,
    marks: ['blames_conversation'],
    means:
      'The model refused to continue a conversation in which it had answered before; a retry begins a new one.',
  },
  max_turns: {
    ...FAILED,
    credential: 'accepted',
    marks: ['lower_bound'],
    means: 'The agent reached its number of turns.',
  },
  budget: {
    ...FAILED,
    credential: 'accepted',
    marks: ['lower_bound'],
    means: 'The agent reached its budget.',
  },
  refused: {
    ...FAILED_FOR_GOOD,
    credential: 'accepted',
    marks: [],
    means: 'The model, or a filter before it, refused to answer.',
  },
  output_token_limit: {
    ...FAILED,
    credential: 'accepted',
    marks: ['lower_bound'],
    means: "The answer reached the model's limit of output tokens.",
  },
  invalid_output: {
    ...FAILED,
    credential: 'accepted',
    marks: ['told_next'],
    means: 'The answer is not the requested JSON.',
  },
  uuid_mismatch: {
    ...FAILED,
    credential: 'accepted',
    marks: [],
    means: 'The answer does not have the requested UUID, and the task asks to fail then.',
  },
  validation_failed: {
    ...FAILED,
    credential: 'accepted',
    marks: ['told_next'],
    means: 'The answer was judged invalid, or could not be judged although that was required.',
  },
  check_failed: {
    ...FAILED,
    credential: 'accepted',
    marks: ['told_next'],
    means: 'A check after the task did not pass.',
  },
  permission_denied: {
    ...FAILED,
    credential: 'accepted',
    marks: [],
    means: 'A tool was denied, and the task asks to fail then.',
  },
  background_left: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'A background command still ran when the agent was done, and the task asks to fail then.',
  },
  mcp_failed: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'An MCP server of the task could not be used.',
  },
  merge_conflict: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means:
      'The work of the tasks that it needs cannot be joined: they changed the same lines or files, or a snapshot is incomplete.',
  },
  nothing_picked: {
    ...FAILED,
    credential: null,
    marks: ['told_next'],
    means: 'It names none of the variants that have completed, or ended with 0 in the copy of none.',
  },
  tool_not_found: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: 'The MCP server has no such tool.',
  },
  invalid_arguments: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: "The arguments do not fit the tool's schema.",
  },
  tool_failed: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'The tool, or its MCP server, reported an error.',
  },
  answer_too_large: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: 'The answer was larger than an answer may be, and was not taken.',
  },
  missing_result: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: 'A task that its prompt refers to has no result.',
  },
  hook_refused: {
    ...FAILED_FOR_GOOD,
    credential: null,
    marks: [],
    means: 'A hook refused it before it started.',
  },
  hook_failed: {
    ...FAILED,
    credential: null,
    marks: [],
    means: 'A required hook failed.',
  },
  agent_error: {
    ...FAILED,
    credential: null,
    marks: ['blames_silent_conversation'],
    means: 'The agent reported an error of another kind.',
  },
} as const satisfies Record<string, OutcomeRow>;

export type OutcomeCode = keyof typeof OUTCOMES;
export const OUTCOME_CODES = Object.keys(OUTCOMES) as [OutcomeCode, ...OutcomeCode[]];

/** Returns whether a mark holds of an outcome. */
export function isMarked(outcome: OutcomeCode, mark: OutcomeMark): boolean {
  const { marks }: OutcomeRow = OUTCOMES[outcome];
  return marks.includes(mark);
}
