import { expect, it } from 'vitest';
import { ToolCalls } from '../src/index.ts';

const use = (id: string, name: string, input: unknown) =>
  ({ type: 'agent.tool_use', data: { id, name, input, raw: null } }) as const;
const result = (id: string, is_error: boolean, exit_code?: number) =>
  ({
    type: 'agent.tool_result',
    data: { id, is_error, content: '', raw: null, ...(exit_code === undefined ? {} : { exit_code }) },
  }) as const;

it('each call of a tool has its own end, as the stream showed it', () => {
  const calls = new ToolCalls();
  calls.take(use('1', 'Bash', { command: 'npm test', description: 'tests' }));
  calls.take(use('2', 'Read', { file_path: 'a.ts', limit: 5 }));
  calls.take(result('2', false));
  calls.take({ type: 'agent.text', data: { text: 'All tests pass.', raw: null } });
  calls.take(result('1', true, 1));
  calls.take(use('3', 'mcp__x__y', { n: 1 }));
  // A text of another tool that looks like an exit code is none.
  calls.take(result('3', true, 7));
  calls.take(use('4', 'Bash', { command: 'sleep 9' }));
  calls.take(result('5', false, 0));
  expect(calls.list).toEqual([
    { id: '1', name: 'Bash', what: 'npm test', is_error: true, exit_code: 1 },
    { id: '2', name: 'Read', what: 'a.ts', is_error: false, exit_code: null },
    { id: '3', name: 'mcp__x__y', what: '{"n":1}', is_error: true, exit_code: null },
    { id: '4', name: 'Bash', what: 'sleep 9', is_error: null, exit_code: null },
  ]);
  expect(calls.beyond).toBe(0);
});

it('an agent that calls tools without end is counted, and not kept in memory', () => {
  const calls = new ToolCalls();
  for (let n = 0; n < 10_005; n += 1) calls.take(use(String(n), 'Bash', { command: 'x'.repeat(5000) }));
  expect(calls.list).toHaveLength(10_000);
  expect(calls.list[0]?.what).toHaveLength(1000);
  expect(calls.beyond).toBe(5);
});
