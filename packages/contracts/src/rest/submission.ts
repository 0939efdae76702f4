import { z } from 'zod';
import { AgentName, AGENTS, agentsFor } from '../language/agents.ts';
import { environmentOptions } from './agent-environment.ts';
import { checkConflicts, checkOptions } from './check-options.ts';
import { MOST_FAULTS } from '../language/errors.ts';
import { Labels, Title } from '../language/labels.ts';
import { knowKeys } from '../language/known-keys.ts';
import { LIMITS } from '../language/limits.ts';
import { conflictsOf, PROMPT_OPTION_NAMES, promptOptions } from './prompt-options.ts';
import { parseTemplate, resolveReference, type Referable, type Reference } from './references.ts';
import { SUBMISSION_EXAMPLES } from './submission-examples.ts';
import { Repository } from './repository.ts';
import { textOf } from '../language/text.ts';

/** Seconds, or what is learnt from earlier runs. */
const timeoutOf = (what: string) =>
  z
    .union(
      [secondsOf(what), z.templateLiteral(['auto'], 'must be a number of seconds, or "auto"')],
      'must be a number of seconds, or "auto"',
    )
    .describe(`${what} "auto": what such tasks hardly ever take, once that is known from earlier runs.`);

export const secondsOf = (what: string) =>
  z
    .number('must be a number of seconds')
    .positive('must be more than 0 seconds')
    .max(LIMITS.timeoutSeconds, `must be at most ${String(LIMITS.timeoutSeconds)} seconds (7 days)`)
    .describe(what);

export const PromptText = textOf(
  'What the agent is asked to do; it gets this text byte for byte.',
  LIMITS.promptBytes,
);

export const CommandText = textOf(
  'A command line for the shell; it gets this text byte for byte.',
  LIMITS.commandBytes,
);

/** A task as an object: exactly one of `prompt` and `command`. */
export const TaskObject = z
  .strictObject(
    {
      prompt: PromptText.optional(),
      command: CommandText.optional(),
      name: z
        .string('must be a string')
        .min(1, 'must not be empty')
        .max(LIMITS.nameCharacters, `must have at most ${String(LIMITS.nameCharacters)} characters`)
        .optional()
        .describe('A short name, shown in status and results.'),
      timeout: timeoutOf("The task's whole time, in seconds.").optional(),
      retries: z
        .int('must be a whole number')
        .min(0, 'must not be negative')
        .max(LIMITS.retries, `must be at most ${String(LIMITS.retries)}`)
        .optional()
        .describe('How often it is tried again when it fails or times out, each time after a longer wait.'),
      agent: AgentName.optional(),
      ...checkOptions,
      ...promptOptions,
    },
    'must be a string (a prompt) or an object with a prompt or a command',
  )
  .superRefine(
    (task, context) => {
      if (typeof task !== 'object' || task === null) return;
      const fault = (path: (string | number)[], message: string) =>
        context.addIssue({ code: 'custom', path, message });
      if ((task.prompt === undefined) === (task.command === undefined))
        fault(
          [],
          `needs exactly one of prompt and command; this has ${task.prompt === undefined ? 'neither' : 'both'}`,
        );
      const kind = task.command === undefined ? 'prompt' : 'command';
      // This runs for a value of any shape: its own faults are reported beside.
      const agent = AgentName.safeParse(task.agent);
      if (agent.success && AGENTS[agent.data].runs !== kind)
        fault(['agent'], `is "${agent.data}"; a ${kind} needs ${agentsFor(kind)}`);
      if (task.command !== undefined)
        for (const name of PROMPT_OPTION_NAMES)
          if (task[name] !== undefined) fault([name], 'is for prompts only');
      if (task.command !== undefined && task.on_check_failure === 'fix')
        fault(['on_check_failure'], 'is "fix", which is for prompts only: no agent has done this');
      for (const { path, message } of conflictsOf(task)) fault(path, message);
    },
    { when: isObject },
  )
  .meta({ id: 'SubmittedTaskObject' });

/** A task as it is submitted: a string is a prompt. */
export const TaskInput = z
  .union([PromptText, TaskObject], 'must be a string (a prompt) or an object with a prompt or a command')
  .meta({ id: 'SubmittedTask' });

/** The tasks of a list, in their order; references to other tasks are checked. */
export const TaskList = z
  .array(TaskInput, 'must be a list of tasks')
  .min(1, 'must have at least one task')
  .max(LIMITS.tasks, {
    error: (issue) =>
      `has ${String((issue.input as unknown[]).length)} tasks; at most ${String(LIMITS.tasks)} are allowed`,
  })
  .superRefine(
    (tasks, context) => {
      const referable = tasks.map(toReferable);
      let told = 0;
      for (const [index, task] of tasks.entries()) {
        if (!isTemplate(task) || told >= MOST_FAULTS) continue;
        for (const message of templateFaults(task.prompt, referable, index)) {
          context.addIssue({ code: 'custom', path: [index, 'prompt'], message });
          if ((told += 1) >= MOST_FAULTS) break;
        }
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );

// Checked also where something else is wrong with the list, so that all faults are told at once.
function isObject({ value }: { value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTemplate(task: unknown): task is { prompt: string } {
  const { template, prompt } = (task ?? {}) as { template?: unknown; prompt?: unknown };
  return template === true && typeof prompt === 'string';
}

function* templateFaults(prompt: string, tasks: readonly Referable[], index: number): Generator<string> {
  const { parts, faults } = parseTemplate(prompt);
  yield* faults;
  const resolved = new Map<Reference, number | string>();
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const found = resolved.get(part) ?? resolveReference(part, tasks, index);
    resolved.set(part, found);
    if (typeof found === 'string') yield found;
  }
}

function toReferable(task: unknown): Referable {
  const { name, command } = (task ?? {}) as { name?: unknown; command?: unknown };
  return { name: typeof name === 'string' ? name : null, isCommand: command !== undefined };
}

/** An id that a caller may choose: letters, digits, dot, dash and underscore, at most 128. */
export const ExecutionId = z
  .string('must be a string')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'must be 1 to 128 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
  );

/** The body of POST /execute. */
export const ExecuteRequest = z
  .strictObject(
    {
      tasks: TaskList,
      timeout_per_task: timeoutOf(
        "A task's whole time, in seconds, where it has no timeout of its own.",
      ).optional(),
      execution_id: ExecutionId.optional().describe("The caller's own id for the execution."),
      title: Title.optional().describe(
        'What people call the list. Default: its first task, and how many more there are.',
      ),
      labels: Labels.optional().describe('Names and values by which the execution is found again.'),
      workspace: z
        .string('must be a string')
        .min(1, 'must not be empty')
        .max(1024)
        .optional()
        .describe(
          'A folder below the workspaces root, as a path from there; executions whose folders are the same, or lie in one another, take turns. Default: a new one.',
        ),
      repository: Repository.optional().describe(
        "The user's own repository: the tasks work in a clone of it, and the work comes back as a branch.",
      ),
      on_failure: z
        .enum(['stop', 'continue'], 'must be "stop" or "continue"')
        .default('stop')
        .describe('What happens to the rest of the list when a task does not succeed.'),
      on_retry: z
        .enum(['keep', 'restore'], 'must be "keep" or "restore"')
        .optional()
        .describe(
          'What the workspace is when a failed attempt is tried again: as that left it (keep, the default), or as it was before the first attempt (restore).',
        ),
      strict: z
        .boolean('must be true or false')
        .optional()
        .describe(
          'Refuses the list when a prompt is ambiguous or can not be done unattended; default: a warning.',
        ),
      ...environmentOptions,
      ...checkOptions,
    },
    'must be an object with a list of tasks',
  )
  .superRefine(
    (list, context) => {
      for (const { path, message } of checkConflicts(list))
        context.addIssue({ code: 'custom', path, message });
      if (list.repository !== undefined && list.workspace !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['workspace'],
          message: 'excludes repository, whose clone is the workspace',
        });
    },
    { when: isObject },
  )
  .meta({ id: 'ExecuteRequest', examples: SUBMISSION_EXAMPLES });

knowKeys(ExecuteRequest.shape);
knowKeys(TaskObject.shape);

export type ExecuteRequest = z.output<typeof ExecuteRequest>;
export type TaskInput = z.output<typeof TaskInput>;
