import { z } from 'zod';
import { byteLength, LIMITS } from './limits.ts';

export const secondsOf = (what: string) =>
  z
    .number('must be a number of seconds')
    .positive('must be more than 0 seconds')
    .max(LIMITS.timeoutSeconds, `must be at most ${String(LIMITS.timeoutSeconds)} seconds (7 days)`)
    .describe(what);

const text = (what: string, bytes: number) =>
  z
    .string('must be a string')
    .min(1, 'must not be empty')
    .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
    .refine(
      (value) => value.isWellFormed(),
      'must not contain half a surrogate pair: it has no bytes in UTF-8',
    )
    .refine((value) => byteLength(value) <= bytes, {
      error: (issue) =>
        `has ${String(byteLength(String(issue.input)))} bytes; at most ${String(bytes)} are allowed`,
    })
    .describe(what);

export const PromptText = text(
  'What the agent is asked to do; it gets this text byte for byte.',
  LIMITS.promptBytes,
);

export const CommandText = text(
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
      timeout: secondsOf("The task's whole time, in seconds.").optional(),
      retries: z
        .int('must be a whole number')
        .min(0, 'must not be negative')
        .max(LIMITS.retries, `must be at most ${String(LIMITS.retries)}`)
        .optional()
        .describe('How often it is tried again when it fails or times out, each time after a longer wait.'),
      agent: z.enum(['claude', 'command'], 'must be "claude" or "command"').optional(),
      model: z
        .string('must be a string')
        .min(1, 'must not be empty')
        .max(200)
        .optional()
        .describe('For prompts: the model.'),
    },
    'must be a string (a prompt) or an object with a prompt or a command',
  )
  .superRefine((task, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ((task.prompt === undefined) === (task.command === undefined))
      fault(
        [],
        `needs exactly one of prompt and command; this has ${task.prompt === undefined ? 'neither' : 'both'}`,
      );
    const fits = task.command === undefined ? 'claude' : 'command';
    if (task.agent !== undefined && task.agent !== fits)
      fault(
        ['agent'],
        `is "${task.agent}"; a ${task.command === undefined ? 'prompt' : 'command'} needs "${fits}"`,
      );
    if (task.model !== undefined && task.command !== undefined) fault(['model'], 'is for prompts only');
  })
  .meta({ id: 'SubmittedTaskObject' });

/** A task as it is submitted: a string is a prompt. */
export const TaskInput = z
  .union([PromptText, TaskObject], 'must be a string (a prompt) or an object with a prompt or a command')
  .meta({ id: 'SubmittedTask' });

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
      tasks: z
        .array(TaskInput, 'must be a list of tasks')
        .min(1, 'must have at least one task')
        .max(LIMITS.tasks, {
          error: (issue) =>
            `has ${String((issue.input as unknown[]).length)} tasks; at most ${String(LIMITS.tasks)} are allowed`,
        }),
      timeout_per_task: secondsOf(
        "A task's whole time, in seconds, where it has no timeout of its own.",
      ).optional(),
      execution_id: ExecutionId.optional().describe("The caller's own id for the execution."),
      workspace: z
        .string('must be a string')
        .min(1, 'must not be empty')
        .max(1024)
        .optional()
        .describe(
          'A folder below the workspaces root, shared by all executions that name it; default: a fresh one.',
        ),
      on_failure: z
        .enum(['stop', 'continue'], 'must be "stop" or "continue"')
        .default('stop')
        .describe('What happens to the rest of the list when a task does not succeed.'),
    },
    'must be an object with a list of tasks',
  )
  .meta({ id: 'ExecuteRequest' });

export type ExecuteRequest = z.output<typeof ExecuteRequest>;
export type TaskInput = z.output<typeof TaskInput>;
