/** An event as the stream gives it; see docs/reference for all of them. */
export interface DemoEvent {
  seq?: number;
  type: string;
  task?: number;
  data: Record<string, unknown>;
}

/** One line for a person; null for what is only for programs. */
export function describeEvent({ seq, type, task, data }: DemoEvent): string | null {
  const line = `${String(seq).padStart(3)}  `;
  switch (type) {
    case 'task.started':
      return `${line}task ${String(task)}  ${String(data['description'])}`;
    case 'agent.text':
      return `${line}        says: ${String(data['text'])}`;
    case 'agent.tool_use':
      return `${line}        runs: ${firstLine((data['input'] as { command?: unknown }).command)}`;
    case 'agent.tool_result':
      return `${line}        gets: ${firstLine(data['content'])}`;
    case 'task.completed':
    case 'task.failed':
      return `${line}        ${type} in ${String(data['execution_time'])} s`;
    case 'execution.completed':
    case 'execution.failed':
      return `${line}${type}`;
    default:
      return null;
  }
}

function firstLine(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.split('\n', 1)[0] ?? '';
}
