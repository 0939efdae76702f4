/** Texts about the messages and actions of an agent. */
export const STORY = {
  earlier: (count: number, all: number) => `Show ${String(count)} earlier parts of ${String(all)}`,
  thinking: 'thinking',
  runs: 'runs …',
  failed: 'failed',
  done: 'done',
  exitCode: (code: number) => `exit code ${String(code)}`,
  result: 'Result',
  command: 'Command',
  input: 'Input',
  inner: (tool: string) => `What the agent of ${tool} did`,
  outer: 'what it was asked, and what it answered',
  otherKind: (kind: string | undefined) => `(${kind ?? 'a part of another kind'})`,
} as const;

/** Texts about the plan of an agent. */
export const PLAN = {
  title: 'Its plan',
  done: (done: number, all: number) => `${String(done)} of ${String(all)} done`,
  states: { completed: 'done', in_progress: 'in work', pending: 'to do' },
} as const;
