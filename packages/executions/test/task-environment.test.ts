import { ExecuteRequest } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { makeRecord } from '../src/index.ts';

const faultsOf = (request: object) =>
  ExecuteRequest.safeParse(request).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('variables for the prompts of a list', () => {
  it('are those of the list and those of the task, which win; commands get none', () => {
    const request = ExecuteRequest.parse({
      tasks: [{ prompt: 'a', env: { B: 'task' }, pass_env: ['OWN', 'SHARED'] }, 'b', { command: 'c' }],
      env: { A: 'list', B: 'list' },
      pass_env: ['SHARED'],
    });
    const { tasks } = makeRecord(request, 'e', new Date(0));
    expect(tasks.map(({ options }) => options)).toEqual([
      { env: { A: 'list', B: 'task' }, pass_env: ['SHARED', 'OWN'] },
      { env: { A: 'list', B: 'list' }, pass_env: ['SHARED'] },
      {},
    ]);
  });

  it('may be documented settings of Claude Code, and no setting or credential of ours', () => {
    const tasks = ['a'];
    expect(faultsOf({ tasks, env: { BASH_MAX_TIMEOUT_MS: '1', CLAUDE_CODE_SUBAGENT_MODEL: 'x' } })).toEqual(
      [],
    );
    for (const name of [
      'ANTHROPIC_API_KEY',
      'CLAUDE_CONFIG_DIR',
      'CC_EXECUTOR_TASK',
      'REDIS_URL',
      'A B',
      '1',
    ])
      expect([
        name,
        faultsOf({ tasks, env: { [name]: 'x' } }),
        faultsOf({ tasks, pass_env: [name] }),
      ]).toEqual([name, [`env.${name}`], ['pass_env.0']]);
    expect(faultsOf({ tasks, env: { A: 'a\0b' } })).toEqual(['env.A']);
  });
});
