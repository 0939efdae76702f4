/** One thing that an agent means to do. */
export interface Todo {
  id: string;
  text: string;
  state: 'pending' | 'in_progress' | 'completed';
}

interface Call {
  name: string;
  input: unknown;
}

/** Returns what an agent means to do after a call of a tool that succeeded: the same list where the call is about something else. */
export function afterCall(todos: Todo[], { name, input }: Call, content: unknown): Todo[] {
  const fields = fieldsOf(input);
  switch (name) {
    case 'TodoWrite':
      return Array.isArray(fields['todos']) ? fields['todos'].map(written) : todos;
    case 'TaskCreate':
      return [...todos, { id: idIn(content, todos), text: textOf(fields['subject']), state: 'pending' }];
    case 'TaskUpdate':
      if (fields['status'] === 'deleted') return todos.filter(({ id }) => id !== fields['taskId']);
      return todos.map((todo) => (todo.id === fields['taskId'] ? changed(todo, fields) : todo));
    default:
      return todos;
  }
}

function written(value: unknown, index: number): Todo {
  const { content, status } = fieldsOf(value);
  return { id: String(index + 1), text: textOf(content), state: stateOf(status) ?? 'pending' };
}

function changed(todo: Todo, { subject, status }: Record<string, unknown>): Todo {
  return {
    ...todo,
    text: typeof subject === 'string' ? subject : todo.text,
    state: stateOf(status) ?? todo.state,
  };
}

/** The number that the answer names, "Task #3 created …"; else the next one. */
function idIn(content: unknown, todos: readonly Todo[]): string {
  const [, id] = /#(\w{1,40})/.exec(JSON.stringify(content) ?? '') ?? [];
  return id ?? String(todos.length + 1);
}

function stateOf(value: unknown): Todo['state'] | null {
  return value === 'pending' || value === 'in_progress' || value === 'completed' ? value : null;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
