import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';

interface BackgroundTask {
  task_id: string;
  task_type: string;
  description: string;
  ambient?: boolean;
}

const AGENT_TASKS: ReadonlySet<string> = new Set(['local_agent', 'local_workflow', 'remote_agent']);

/**
 * What runs beside the conversation. At a result, some of it is still a part of the answer: sub-agents, which Claude
 * Code starts in the background by itself, and commands that it moved there because they took long. When these end,
 * it goes on with another turn, also when they end just before the result. What the agent itself put there, such as a server, is not waited for.
 */
export class Background {
  #tasks: readonly BackgroundTask[] = [];
  readonly #foregroundCalls = new Set<string>();
  readonly #movedTasks = new Set<string>();

  hear(message: SDKMessage): void {
    if (message.type === 'assistant')
      for (const block of message.message.content)
        if (block.type === 'tool_use' && block.name === 'Bash' && !asksForBackground(block.input))
          this.#foregroundCalls.add(block.id);
    if (message.type !== 'system') return;
    if (message.subtype === 'background_tasks_changed')
      this.#tasks = message.tasks.filter((task) => task.ambient !== true);
    if (message.subtype === 'task_started' && this.#foregroundCalls.has(message.tool_use_id ?? ''))
      this.#movedTasks.add(message.task_id);
  }

  /** True while something runs that the answer waits for. */
  get isAwaited(): boolean {
    return this.#tasks.some((task) => AGENT_TASKS.has(task.task_type) || this.#movedTasks.has(task.task_id));
  }

  /** What runs, as the agent describes it. */
  get descriptions(): string[] {
    return this.#tasks.map((task) => task.description);
  }
}

function asksForBackground(input: unknown): boolean {
  return (input as { run_in_background?: unknown } | null)?.run_in_background === true;
}
