import { z } from 'zod';

/**
 * Warnings about an attempt that did not end it. A new one is one line here; a task that completed with
 * one counts as completed with warnings.
 */
export const WARNINGS = {
  agent_message_unknown:
    'The agent sent messages of another form than expected; the log has them as they came.',
  background_ended: 'Something that the agent had started still ran when it was done, and was ended with it.',
  check_failed: 'A check after the task failed, and the task requested only a warning for that.',
  conflict_resolved: 'Tasks that it needs had changed the same; an agent has resolved the conflict.',
  conversation_not_kept: 'The agent could not store its conversation: it could not have been resumed.',
  env_not_set: 'The task names variables that the worker does not have.',
  evidence_missing: 'The receipt of the attempt could not be written.',
  fallback_model_used: 'A model refused to answer, and the task was given to its fallback model.',
  git_locked: 'A lock of git was there before the attempt began: commands of git may fail.',
  host_refused: 'A process in the container tried to reach a host that is not allowed.',
  hook_failed: 'A hook that is not required failed, and the task continued as without it.',
  json_mended: 'The answer was not valid JSON and was repaired.',
  judged_invalid: 'The answer was judged invalid, and the task requested only a warning for that.',
  no_snapshot: 'There is no snapshot of the workspace before or after the attempt: it cannot be restored.',
  linked_changed:
    'The task has written into files that its copy shares with the workspace and with other copies.',
  not_amended: 'The prompt could not be amended, and was sent as it was.',
  not_committed: 'What the task left in the clone of the repository could not be committed.',
  not_joined: 'The work of the task could not be added to the workspace; its snapshots or its copy have it.',
  not_delivered: 'The branch could not be brought into the repository.',
  not_judged: 'The answer could not be judged.',
  not_restored: 'The workspace could not be restored to its state before the first attempt.',
  not_reviewed: 'The changes could not be reviewed.',
  overage_used: "The plan's limit was reached, and the work continued with paid extra usage.",
  output_not_kept: 'The output could not be stored on disk.',
  permission_denied: 'Tool calls were denied.',
  paused_command: 'A command was paused for long; it keeps its process, its memory and its slot.',
  processes_left: 'Processes of another user could not be ended and may still run.',
  prompt_truncated: 'The end of the prompt was left out, as it was too long.',
  result_lost: 'The agent had written a result before its last one that never came.',
  review: 'The review of the changes found a severe fault.',
  shared_changed:
    'A task that shares the workspace with others, and only reads, has changed something there.',
  silent: 'The agent gave no sign of life for some time; it continued.',
} as const satisfies Record<string, string>;

export type WarningCode = keyof typeof WARNINGS;

/** These say nothing about the result of the task: they are only events, and in no result. */
const PASSING: ReadonlySet<WarningCode> = new Set(['agent_message_unknown', 'silent']);

/** One warning, as in its event. */
export const TaskWarning = z.strictObject({
  code: z.enum(Object.keys(WARNINGS) as [WarningCode, ...WarningCode[]]).describe('of the table of warnings'),
  message: z.string().describe('for people'),
});
export type TaskWarning = z.output<typeof TaskWarning>;

const MOST = 20;
const LONGEST = 1000;

/**
 * Returns the warnings for the result of an attempt: at most 20, each once, with at most 1,000 characters each.
 * The last one says how many are omitted.
 */
export function keptWarnings(warnings: readonly TaskWarning[]): TaskWarning[] {
  const lasting = new Map<string, TaskWarning>();
  for (const { code, message } of warnings) {
    const short = message.length > LONGEST ? `${message.slice(0, LONGEST - 1).toWellFormed()}…` : message;
    if (!PASSING.has(code)) lasting.set(`${code} ${short}`, { code, message: short });
  }
  const all = [...lasting.values()];
  if (all.length <= MOST) return all;
  const kept = all.slice(0, MOST - 1);
  const last = all[MOST - 1];
  const more = `There are ${String(all.length - kept.length)} more warnings; the events have them all.`;
  return last ? [...kept, { ...last, message: more }] : kept;
}
