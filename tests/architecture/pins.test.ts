import * as contracts from '@cc-executor/contracts';
import * as sdk from '@cc-executor/sdk';
import { settings } from '@cc-executor/service-kit';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../packages/cli/src/exits/exit-codes.ts';
import { TOOLS } from '../../packages/mcp-server/src/tools/index.ts';

// What programs outside of this repository depend on, as literals: a change of one is a change of the public face, and
// has to be made here as well, on purpose. A new name is added at the end of its list. The routes are pinned in
// services/api/test/description.test.ts.

const words = (text: string): string[] => text.trim().split(/\s+/);

/** code: [HTTP status, JSON-RPC number, whether the same call may succeed later]. */
const ERRORS = {
  MALFORMED_JSON: [400, -32700, false],
  INVALID_RPC: [400, -32600, false],
  METHOD_NOT_FOUND: [404, -32601, false],
  INVALID_REQUEST: [400, -32602, false],
  INTERNAL: [500, -32603, true],
  COMMAND_NOT_ALLOWED: [403, -32001, false],
  EXECUTION_NOT_FOUND: [404, -32002, false],
  SESSION_LIMIT: [503, -32003, true],
  TOKEN_LIMIT: [400, -32004, false],
  BUSY: [409, -32005, true],
  ILLEGAL_STATE: [409, -32006, false],
  EXECUTION_ID_IN_USE: [409, -32007, false],
  IDEMPOTENCY_KEY_REUSED: [409, -32023, false],
  WORKSPACE_INVALID: [400, -32008, false],
  TASK_NOT_FOUND: [404, -32009, false],
  OUTPUT_NOT_FOUND: [404, -32010, false],
  RECEIPT_NOT_FOUND: [404, -32024, false],
  SNAPSHOT_NOT_FOUND: [404, -32040, false],
  SNAPSHOT_GONE: [410, -32041, false],
  SNAPSHOTS_UNAVAILABLE: [503, -32042, true],
  FILE_NOT_FOUND: [404, -32043, false],
  WORKSPACE_BUSY: [409, -32044, true],
  RANGE_NOT_SATISFIABLE: [416, -32011, false],
  ROUTE_NOT_FOUND: [404, -32012, false],
  METHOD_NOT_ALLOWED: [405, -32013, false],
  BODY_TOO_LARGE: [413, -32014, false],
  UNSUPPORTED_MEDIA_TYPE: [415, -32015, false],
  HOST_NOT_ALLOWED: [421, -32016, false],
  ORIGIN_NOT_ALLOWED: [403, -32017, false],
  UNAUTHENTICATED: [401, -32018, false],
  NESTING_LIMIT: [403, -32025, false],
  OWN_LINEAGE: [409, -32026, false],
  OWN_WORKSPACE: [409, -32028, false],
  LOGIN_NOT_OFFERED: [410, -32019, false],
  STORE_UNAVAILABLE: [503, -32020, true],
  NOT_READY: [503, -32021, true],
  ARCHIVE_DAMAGED: [410, -32027, false],
  BAD_HTTP: [400, -32022, false],
};

const TRANSITIONS = {
  queued: ['running', 'paused', 'cancelling'],
  running: ['paused', 'waiting', 'cancelling', 'completed', 'failed'],
  paused: ['queued', 'running', 'cancelling'],
  waiting: ['queued', 'running', 'paused', 'cancelling'],
  cancelling: ['cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

// Proves: public-face-is-pinned
describe('the public face', () => {
  it.each([
    [
      'event types',
      contracts.EVENT_TYPES,
      words(`
  execution.queued execution.started execution.continued execution.handed_back execution.rewound
  execution.paused execution.resumed execution.waiting execution.cancelling execution.completed
  execution.failed execution.cancelled task.started task.process task.container task.output task.warning
  task.amended task.validating task.validated task.checking task.checked task.fixing task.fixed
  task.finding task.stalled task.reviewing task.reviewed task.completed task.failed
  task.timed_out task.cancelled task.interrupted task.retrying task.carried task.skipped hook.finished
  hook.amended hook.warning hook.metrics agent.init agent.delta agent.text agent.tool_use
  agent.tool_result agent.retry agent.limit agent.result agent.hook agent.message workspace.snapshot workspace.committed workspace.delivered workspace.restored
`),
    ],
    [
      'statuses of executions',
      contracts.EXECUTION_STATUSES,
      words(`
  queued running paused waiting cancelling completed failed cancelled
`),
    ],
    [
      'statuses of tasks',
      contracts.TASK_STATUSES,
      words(`
  pending running completed failed timed_out cancelled skipped
`),
    ],
    [
      'statuses of attempts',
      contracts.ATTEMPT_STATUSES,
      words(`
  completed failed timed_out cancelled interrupted
`),
    ],
    [
      'outcomes',
      contracts.OUTCOME_CODES,
      words(`
  completed nonzero_exit signalled spawn_failed not_allowed out_of_memory timed_out silent temp_full cancelled
  drained paused worker_lost ends_worker conversation_lost no_result agent_crashed auth_failed
  usage_limit rate_limited overloaded server_error network billing overage account_disabled
  all_refused model_not_found prompt_too_long invalid_request conversation_refused max_turns
  budget refused output_token_limit invalid_output uuid_mismatch validation_failed check_failed
  permission_denied background_left mcp_failed merge_conflict nothing_picked tool_not_found invalid_arguments tool_failed
  answer_too_large missing_result hook_refused hook_failed
  agent_error
`),
    ],
    [
      'warnings',
      Object.keys(contracts.WARNINGS),
      words(`
  agent_message_unknown background_ended check_failed conflict_resolved conversation_not_kept env_not_set
  evidence_missing fallback_model_used git_locked host_refused hook_failed json_mended judged_invalid linked_changed no_snapshot
  not_committed not_delivered not_joined not_restored
  not_amended not_judged not_reviewed overage_used output_not_kept permission_denied
  paused_command processes_left prompt_truncated result_lost review shared_changed silent
`),
    ],
    [
      'findings of prompts',
      Object.keys(contracts.FINDINGS),
      words(`
  too_short vague asks_back several_jobs no_result missing_earlier interactive contradicting_tags
`),
    ],
    [
      'findings of attempts',
      Object.keys(contracts.ATTEMPT_FINDINGS),
      words(`
  uuid_mismatched uuid_absent file_missing not_created not_modified not_deleted outside_workspace
  unclaimed_change command_not_run command_failed tests_not_run tests_failed more
`),
    ],
    [
      'verdicts',
      contracts.VERDICTS,
      words(`
  verified unverified contradicted
`),
    ],
    [
      'JSON-RPC methods',
      Object.keys(contracts.RPC_METHODS),
      words(`
  execute control subscribe unsubscribe status attach hook_status
`),
    ],
    [
      'notifications',
      Object.keys(contracts.NOTIFICATIONS),
      words(`
  connected event gap reset end restart process.started process.output process.paused
  process.resumed process.canceled process.completed hook.warning error.token_limit_exceeded
  error.rate_limit_exceeded
`),
    ],
    [
      'frames of a stream',
      Object.keys(contracts.STREAM_FRAMES),
      words(`
  gap reset end restart error
`),
    ],
    [
      'stages of hooks',
      contracts.HOOK_STAGES,
      words(`
  pre_execution pre_task post_task post_execution on_event
`),
    ],
    [
      'fields of a task',
      Object.keys(contracts.TaskObject.shape),
      words(`
  prompt command tool name timeout retries agent needs when shared variants pick checks on_check_failure max_fixes model
  fallback_model append_system_prompt template on_too_long retry_context on_output_limit profile json
  amend_prompt json_mode json_schema uuid require_uuid validation_prompt on_invalid
  acp amendment_agent fix_agent review_agent validation_agent
  permission_mode allowed_tools disallowed_tools on_denied on_background on_overage max_turns
  max_budget_usd mcp_servers model_url network trust_workspace workspace_memory env pass_env extra_dirs
`),
    ],
    [
      'fields of a list',
      Object.keys(contracts.ExecuteRequest.shape),
      words(`
  tasks timeout_per_task execution_id title labels workspace on_failure strict env pass_env checks
  acp amendment_agent fix_agent review_agent validation_agent
  on_check_failure max_fixes max_parallel repository copies on_conflict on_retry allowed_tools amend_prompt append_system_prompt
  disallowed_tools extra_dirs fallback_model json_mode json_schema max_budget_usd max_turns mcp_servers model model_url
  on_background on_denied on_invalid on_output_limit on_overage on_too_long permission_mode require_uuid
  profile json retries retry_context template trust_workspace uuid validation_prompt vars workspace_memory
  isolation image network
`),
    ],
    [
      'columns of the history',
      contracts.HISTORY_COLUMNS,
      words(`
  schema execution_id task attempt kind description agent model status outcome counts exit_code
  started_at ended_at duration expected turns input_tokens output_tokens cache_read_tokens
  cache_creation_tokens cost_usd load_per_core cpu_busy available_memory gpu_busy
`),
    ],
    [
      'tools of MCP',
      TOOLS.map(({ name }) => name),
      words(`
  execute_task execute_task_list get_execution wait_for_execution monitor_execution
  control_execution get_results get_output verify_execution get_execution_history
  validate_task_list suggest_execution_strategy get_task_complexity check_status
  check_websocket_status get_hook_status
`),
    ],
    [
      'settings',
      Object.keys(settings),
      words(`
  CC_EXECUTOR_IGNORED_NAMES CC_EXECUTOR_HOST CC_EXECUTOR_KEYLESS CC_EXECUTOR_ASK_FOR_KEY CC_EXECUTOR_API_PORT CC_EXECUTOR_WS_PORT CC_EXECUTOR_EXTRA_WS_PORT
  CC_EXECUTOR_API_KEY CC_EXECUTOR_ALLOWED_HOSTS CC_EXECUTOR_ALLOWED_ORIGINS CC_EXECUTOR_DATA_DIR
  CC_EXECUTOR_WORKSPACES_DIR CC_EXECUTOR_KEYS_DIR CC_EXECUTOR_SIGNER_SOCKET REDIS_URL
  CC_EXECUTOR_REDIS_PASSWORD_FILE CC_EXECUTOR_CONCURRENCY CC_EXECUTOR_AGENT_MEMORY
  CC_EXECUTOR_SHELL CC_EXECUTOR_CLAUDE CC_EXECUTOR_CODEX CC_EXECUTOR_CODEX_NETWORK CC_EXECUTOR_COMMAND_CLAUDE CC_EXECUTOR_COMMAND_CREDENTIALS ALLOWED_COMMANDS CC_EXECUTOR_MAX_PROMPT_TOKENS
  CC_EXECUTOR_NESTING_DEPTH CC_EXECUTOR_NESTED_EXECUTIONS CC_EXECUTOR_TRY_CREDENTIAL
  CC_EXECUTOR_TASK_TIMEOUT STREAM_TIMEOUT CC_EXECUTOR_EARLY_LOSSES CC_EXECUTOR_TEMP_BYTES
  CC_EXECUTOR_BACKGROUND_WAIT CC_EXECUTOR_PAUSE_HOLD CC_EXECUTOR_MAX_WAIT
  CC_EXECUTOR_ISOLATION CC_EXECUTOR_MIN_ISOLATION CC_EXECUTOR_LAUNCHER_SOCKET CC_EXECUTOR_ENGINE CC_EXECUTOR_SANDBOX_IMAGES CC_EXECUTOR_SANDBOX_MEMORY
  CC_EXECUTOR_SANDBOX_CPUS CC_EXECUTOR_SANDBOX_PIDS CC_EXECUTOR_SANDBOX_TMP CC_EXECUTOR_SANDBOX_DIRS
  CC_EXECUTOR_EGRESS_SOCKET CC_EXECUTOR_SANDBOX_HOSTS CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS CC_EXECUTOR_SANDBOX_TRAFFIC
  CC_EXECUTOR_SANDBOX_PROXY CC_EXECUTOR_SANDBOX_WAITING CC_EXECUTOR_SANDBOX_REQUESTS
  CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS
  CC_EXECUTOR_PROBE_INTERVAL CC_EXECUTOR_CREDENTIAL_RETRY CC_EXECUTOR_LEAVE_OUT CC_EXECUTOR_DRAIN
  CC_EXECUTOR_ARCHIVE_AFTER CC_EXECUTOR_KEEP_DAYS CC_EXECUTOR_KEEP_EXECUTIONS
  CC_EXECUTOR_HOOKS_DIR CC_EXECUTOR_BUILT_IN_HOOKS MAX_BUFFER_SIZE CC_EXECUTOR_EXECUTION_BUFFER
  CC_EXECUTOR_TOTAL_BUFFER MAX_SESSIONS LOG_LEVEL
  CC_EXECUTOR_SNAPSHOTS CC_EXECUTOR_SNAPSHOT_FILE_BYTES CC_EXECUTOR_SNAPSHOT_BYTES
  CC_EXECUTOR_REPOSITORIES
`),
    ],
    [
      'what the SDK exports',
      Object.keys(sdk),
      words(`
  CcExecutor CcLocalError CcServerError Execution LOCAL_ERRORS ccExecute ccExecuteList
  exportExecutionHistory generateReport patiently setDefaultClient
`),
    ],
  ])('has the same %s', (_, names: readonly string[], pinned) => {
    expect(names.toSorted()).toEqual(pinned.toSorted());
  });

  it('has the same errors, each with its status and number', () => {
    expect(
      Object.fromEntries(
        Object.entries(contracts.ERRORS).map(([code, { status, rpc, retryable }]) => [
          code,
          [status, rpc, retryable],
        ]),
      ),
    ).toEqual(ERRORS);
  });

  it('goes from one status to another in the same steps', () => {
    expect(contracts.EXECUTION_TRANSITIONS).toEqual(TRANSITIONS);
  });

  it('ends its command with the same codes', () => {
    expect(EXIT).toEqual({
      done: 0,
      failed: 1,
      usage: 2,
      unreachable: 3,
      cancelled: 4,
      timedOut: 5,
      paused: 6,
    });
  });
});
