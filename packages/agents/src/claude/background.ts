import type { Message } from './message.ts';
import { listOf, recordOf, textOr } from './read.ts';

interface BackgroundTask {
  id: string;
  type: string;
  description: string;
}

const AGENT_TASKS: ReadonlySet<string> = new Set(['local_agent', 'local_workflow', 'remote_agent']);

/**
 * Tracks what runs beside the conversation. At a result, some of it still belongs to the answer: sub-agents, which Claude
 * Code starts in the background, and commands that it moved there because they took long. When these end,
 * it starts another turn, also when they end just before the result. What the agent put there on purpose may be a build
 * on which it wants to report, or a server that never ends.
 */
export class Background {
  #tasks: readonly BackgroundTask[] = [];
  readonly #foregroundCalls = new Set<string>();
  readonly #movedTasks = new Set<string>();

  take(message: Message): void {
    if (message.type === 'assistant')
      for (const { type, name, id, input } of message.blocks)
        if (type === 'tool_use' && name === 'Bash' && recordOf(input)['run_in_background'] !== true)
          this.#foregroundCalls.add(id);
    if (message.type !== 'system') return;
    const { subtype, fields } = message;
    if (subtype === 'background_tasks_changed' && Array.isArray(fields['tasks']))
      this.#tasks = tasksOf(fields['tasks']);
    if (subtype === 'task_started' && this.#foregroundCalls.has(textOr(fields['tool_use_id'], '')))
      this.#movedTasks.add(textOr(fields['task_id'], ''));
  }

  /** True while something runs that belongs to the answer. */
  get isAwaited(): boolean {
    return this.#tasks.some(({ id, type }) => AGENT_TASKS.has(type) || this.#movedTasks.has(id));
  }

  /** True while something runs that the agent put there on purpose. */
  get hasOwn(): boolean {
    return this.#tasks.some(({ id, type }) => !AGENT_TASKS.has(type) && !this.#movedTasks.has(id));
  }

  /** True while a command runs, which may be silent. A sub-agent calls the model and is not silent. */
  get hasCommand(): boolean {
    return this.#tasks.some(({ type }) => !AGENT_TASKS.has(type));
  }

  /** The running command, as the agent describes it. */
  get descriptions(): string[] {
    return this.#tasks.map((task) => task.description);
  }
}

function tasksOf(value: unknown): BackgroundTask[] {
  return listOf(value)
    .map(recordOf)
    .filter((task) => task['ambient'] !== true)
    .map((task) => ({
      id: textOr(task['task_id'], ''),
      type: textOr(task['task_type'], ''),
      description: textOr(task['description'], 'a task without a description'),
    }));
}
