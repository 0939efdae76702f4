import { z } from 'zod';
import { AgentName, AGENTS, agentsFor, DEFAULT_AGENTS, kindOfTask, TaskKind } from '../language/agents.ts';
import { CopiesOption } from './copies-option.ts';
import { CalledTool } from './called-tool.ts';
import { HONOURED_OPTIONS } from './honoured-options.ts';
import { checkOptions } from './check-options.ts';
import { timeoutOf } from './durations.ts';
import { Labels, Title } from '../language/labels.ts';
import { Isolation } from '../language/isolation.ts';
import { knowKeys } from '../language/known-keys.ts';
import { LIMITS } from '../language/limits.ts';
import { Network } from '../language/network.ts';
import { conflictsOf, PROMPT_OPTION_NAMES, promptOptions } from './prompt-options.ts';
import { listConflicts } from './list-conflicts.ts';
import { SUBMISSION_EXAMPLES } from './submission-examples.ts';
import { Repository } from './repository.ts';
import { textOf } from '../language/text.ts';
import { Variables } from './variables.ts';

export const PromptText = textOf(
  'What the agent is asked to do; it gets this text byte for byte.',
  LIMITS.promptBytes,
);

export const CommandText = textOf(
  'A command line for the shell; it gets this text byte for byte.',
  LIMITS.commandBytes,
);

const retries = z
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(LIMITS.retries, `must be at most ${String(LIMITS.retries)}`)
  .describe('How often the task is retried when it fails or times out, with a backoff.');

/** An earlier task. */
const earlier = z.union(
  [
    z.int('must be the number of a task').min(1, 'must be the number of a task, from 1'),
    z.string().min(1, 'must not be empty').max(LIMITS.nameCharacters),
  ],
  'must be the number or the name of an earlier task',
);

/** The tasks that a task needs, and the ends of those after which it runs. */
const order = {
  needs: z
    .array(earlier, 'must be a list of numbers and names of earlier tasks')
    .max(LIMITS.tasks, `must have at most ${String(LIMITS.tasks)} tasks`)
    .optional()
    .describe(
      'The tasks that must settle before it starts, by number or name; [] for none. Default: the task before it.',
    ),
  when: z
    .enum(['success', 'always', 'failure'], 'must be "success", "always" or "failure"')
    .optional()
    .describe(
      'When the task runs: if all tasks that it needs succeeded (success), in any case (always), or if one of them failed (failure). The last two also run if on_failure is "stop". Default: success; always if on_failure is "continue".',
    ),
} as const;

/** Where a task works that may run while others do. */
const place = {
  shared: z
    .boolean('must be true or false')
    .optional()
    .describe(
      'True: the task only reads. It works in the workspace itself, also while other tasks run, and beside others that are shared; it needs no copy. A container has the workspace read-only then. Default: a task that may run while another one does works in a copy.',
    ),
} as const;

/** Several agents do the same, and one of their works is taken. */
const choice = {
  variants: z
    .int('must be a whole number')
    .min(2, 'must be at least 2')
    .max(LIMITS.variants, `must be at most ${String(LIMITS.variants)}`)
    .optional()
    .describe(
      `The number of tasks that are made of this prompt (2 to ${String(LIMITS.variants)}), each with its own agent and its own copy of the workspace. A later task picks one of them.`,
    ),
  pick: earlier
    .optional()
    .describe(
      'The task with `variants`, by number or name, of which this one picks one. The list continues with the work of the picked variant. A prompt receives the answers and changes of all variants, and its answer is the choice. A command runs in the copy of each variant, and the first in which it exits with 0 is picked. The variants are needed implicitly.',
    ),
} as const;

const NOT_A_TASK = 'must be a string (a prompt) or an object with a prompt, a command or a tool';

/** A task as an object: exactly one of `prompt`, `command` and `tool`. */
export const TaskObject = z
  .strictObject(
    {
      prompt: PromptText.optional(),
      command: CommandText.optional(),
      tool: CalledTool.optional().describe(
        'One call of one tool of an MCP server, without an agent and without a model.',
      ),
      name: z
        .string('must be a string')
        .min(1, 'must not be empty')
        .max(LIMITS.nameCharacters, `must have at most ${String(LIMITS.nameCharacters)} characters`)
        .optional()
        .describe('A short name, shown in status and results.'),
      timeout: timeoutOf("The task's whole time.").optional(),
      retries: retries.optional(),
      agent: AgentName.optional().describe(
        'What runs the task. Default: claude for a prompt. codex: Codex of OpenAI. acp: a program that speaks the Agent Client Protocol, such as OpenCode or Gemini CLI. model: one request to a model without tools, over Chat Completions.',
      ),
      network: Network.optional().describe("The same for this task, in place of the list's."),
      ...order,
      ...place,
      ...choice,
      ...checkOptions,
      ...promptOptions,
    },
    NOT_A_TASK,
  )
  .superRefine(
    (task, context) => {
      if (typeof task !== 'object' || task === null) return;
      const fault = (path: (string | number)[], message: string) =>
        context.addIssue({ code: 'custom', path, message });
      const given = TaskKind.options.filter((name) => task[name] !== undefined);
      if (given.length !== 1)
        fault(
          [],
          `needs exactly one of prompt, command and tool; this has ${given.length === 0 ? 'none' : given.join(' and ')}`,
        );
      const kind = kindOfTask(task);
      // This runs for a value of any shape: its own faults are reported beside.
      const agent = AgentName.safeParse(task.agent);
      if (agent.success && AGENTS[agent.data].runs !== kind)
        fault(['agent'], `is "${agent.data}"; a ${kind} needs ${agentsFor(kind)}`);
      const name = agent.success && AGENTS[agent.data].runs === kind ? agent.data : DEFAULT_AGENTS[kind];
      const why = kind === 'prompt' ? `is not an option of the agent "${name}"` : 'is for prompts only';
      for (const option of PROMPT_OPTION_NAMES)
        if (task[option] !== undefined && !HONOURED_OPTIONS[name].includes(option)) fault([option], why);
      if (kind !== 'prompt' && task.variants !== undefined) fault(['variants'], 'is for prompts only');
      if (kind === 'tool' && task.pick !== undefined) fault(['pick'], 'is for prompts and commands only');
      if (task.variants !== undefined && task.pick !== undefined)
        fault(['pick'], 'excludes variants: one task picks');
      if (task.shared === true)
        for (const option of ['variants', 'pick'] as const)
          if (task[option] !== undefined)
            fault(['shared'], `excludes ${option}, which works in copies of the workspace`);
      if (kind !== 'prompt' && task.on_check_failure === 'fix')
        fault(['on_check_failure'], 'is "fix", which is for prompts only: no agent has done this');
      if (name === 'model' && task.on_check_failure === 'fix')
        fault(['on_check_failure'], 'is "fix", which the agent "model" has not');
      // An option that needs another one may find it among those of the list.
      for (const { path, message, other } of conflictsOf(task)) if (other !== null) fault(path, message);
    },
    { when: isObject },
  )
  .meta({ id: 'SubmittedTaskObject' });

/** A submitted task: a string is a prompt. */
export const TaskInput = z.union([PromptText, TaskObject], NOT_A_TASK).meta({ id: 'SubmittedTask' });

/** The tasks of a list, in their order. */
export const TaskList = z
  .array(TaskInput, 'must be a list of tasks')
  .min(1, 'must have at least one task')
  .max(LIMITS.tasks, {
    error: (issue) =>
      `has ${String((issue.input as unknown[]).length)} tasks; at most ${String(LIMITS.tasks)} are allowed`,
  });

// Checked also if something else is wrong with the list, so that all faults are reported at once.
function isObject({ value }: { value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An id that a caller may choose: letters, digits, dot, dash and underscore, at most 128. */
export const ExecutionId = z
  .string('must be a string')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'must be 1 to 128 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
  );

/** The fields of a list except its tasks and names. Task options are defaults here; a task's own options take precedence. */
export const listOptions = {
  timeout_per_task: timeoutOf('The time limit of each task without its own timeout.').optional(),
  workspace: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(1024)
    .optional()
    .describe(
      'A folder below the workspaces root, as a relative path. Executions take turns if their folders are the same or one contains the other. Default: a new folder.',
    ),
  on_failure: z
    .enum(['stop', 'continue', 'skip_dependents'], 'must be "stop", "continue" or "skip_dependents"')
    .default('stop')
    .describe(
      'What happens to the remaining tasks if a task does not succeed: none of them starts (stop), all of them do (continue), or only those that do not need the failed task (skip_dependents).',
    ),
  max_parallel: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(LIMITS.parallel, `must be at most ${String(LIMITS.parallel)}`)
    .optional()
    .describe('How many of its tasks run at the same time, at most; default: 4.'),
  copies: CopiesOption.optional().describe(
    'What of the workspace is linked or copied into the copies of tasks that run at the same time, of what snapshots leave out, such as node_modules. Default: all of it is copied.',
  ),
  on_conflict: z
    .enum(['fail', 'agent'], 'must be "fail" or "agent"')
    .optional()
    .describe(
      'What follows where tasks at the same time have changed the same: a task that needs them fails (fail, the default), or a fresh agent first resolves the conflict, and the checks of that task run (agent).',
    ),
  on_retry: z
    .enum(['keep', 'restore'], 'must be "keep" or "restore"')
    .optional()
    .describe(
      'The workspace at a retry: as the failed attempt left it (keep, the default), or as it was before the first attempt (restore).',
    ),
  strict: z
    .boolean('must be true or false')
    .optional()
    .describe('Refuses the list if a prompt is ambiguous or cannot be done unattended; default: a warning.'),
  isolation: Isolation.optional().describe(
    'The isolation of each attempt: a process of the worker, or its own container, which has access to its workspace and, without network, to no other host. Default: a setting of the server.',
  ),
  image: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(512, 'must have at most 512 characters')
    .optional()
    .describe(
      'The image of the containers, one of those that the server allows. Default: the first of them.',
    ),
  network: Network.optional().describe(
    'What the containers may reach beside the model: nothing ("none", the default), hosts by name, such as "registry.npmjs.org", "*.example.com" or "example.com:8443" (without a port: 443 and 80), or every public host ("open"). Only what the server allows.',
  ),
  vars: Variables.optional(),
  retries: retries.optional(),
  ...checkOptions,
  ...promptOptions,
} as const;

/** The body of POST /execute. */
export const ExecuteRequest = z
  .strictObject(
    {
      tasks: TaskList.describe('The tasks of the list, in their order; 1 to 1,000.'),
      execution_id: ExecutionId.optional().describe("The caller's own id for the execution."),
      title: Title.optional().describe(
        'The title of the list. Default: its first task and the number of others.',
      ),
      labels: Labels.optional().describe('Names and values to find the execution by.'),
      repository: Repository.optional().describe(
        "The user's own repository: the tasks work in a clone of it, and the work comes back as a branch.",
      ),
      ...listOptions,
    },
    'must be an object with a list of tasks',
  )
  .superRefine(
    (list, context) => {
      for (const { path, message } of listConflicts(list))
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

knowKeys('a group of a task file; tasks of a request name what they need (needs)', { parallel: true });
knowKeys('a list', ExecuteRequest.shape);
knowKeys('a task', TaskObject.shape);
knowKeys('"tool"', CalledTool.shape);
knowKeys('"repository"', Repository.shape);
knowKeys('"copies"', CopiesOption.shape);

export type ExecuteRequest = z.output<typeof ExecuteRequest>;
export type TaskInput = z.output<typeof TaskInput>;
