import { CcError, ExecuteRequest, type Isolation } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { isolationOf } from '../src/isolation.ts';
import { refuseRequest } from '../src/refuse-request.ts';

const rule = (usual: Isolation, least: Isolation, hasLauncher = true, hosts: readonly string[] = []) => ({
  usual,
  least,
  hasLauncher,
  hosts,
});
const faultsOf = (...args: Parameters<typeof isolationOf>) => {
  try {
    return isolationOf(...args);
  } catch (error) {
    return error instanceof CcError
      ? error.details.errors?.map(({ path, message }) => `${path} ${message}`)
      : error;
  }
};

describe('the isolation of a list', () => {
  it.each([
    ['process', 'process', undefined, 'process'],
    ['container', 'process', undefined, 'container'],
    ['process', 'container', undefined, 'container'],
    ['container', 'process', 'process', 'process'],
    ['process', 'process', 'container', 'container'],
  ] as const)('with %s usual and %s at least, and %s asked for, is %s', (usual, least, isolation, is) => {
    expect(isolationOf(rule(usual, least), isolation ? { isolation } : {})).toBe(is);
  });

  it.each([
    { tool: { server: 'docs', name: 'search' } },
    { prompt: 'x', agent: 'model' as const, model: 'y' },
    { prompt: 'x', agent: 'acp' as const },
  ])('is no container where there is %j', (task) => {
    expect(faultsOf(rule('container', 'process'), { tasks: ['x', task] })).toEqual([
      'isolation is "container", in which only commands and the agents "claude" and "codex" run so far',
    ]);
  });

  it('is refused below the least and without a launcher, all of it at once', () => {
    expect(faultsOf(rule('container', 'container'), { isolation: 'process', image: 'x' })).toEqual([
      'isolation is "process"; this server accepts "container" only',
      'image needs isolation "container"',
    ]);
    expect(faultsOf(rule('process', 'process', false), { isolation: 'container' })).toEqual([
      'isolation is "container", and this server starts no containers: set CC_EXECUTOR_ISOLATION or CC_EXECUTOR_LAUNCHER_SOCKET there',
    ]);
  });

  it.each([
    [
      ['registry.npmjs.org', '*.example.com'],
      ['registry.npmjs.org', 'a.example.com', '*.b.example.com:443'],
      [],
    ],
    [['*'], 'open', []],
    [['*.example.com'], ['example.com'], ['example.com']],
    [['example.com:443'], ['example.com'], ['example.com']],
    [['*.example.com'], 'open', ['*']],
    [[], ['example.com', 'example.org'], ['example.com, example.org']],
  ] as const)('with %j allowed and %j asked for, %j is refused', (hosts, network, refused) => {
    const request = { network: typeof network === 'string' ? network : [...network] };
    const found = faultsOf(rule('container', 'process', true, hosts), { ...request, tasks: ['x'] });
    expect(found).toEqual(
      refused.length === 0
        ? 'container'
        : refused.map(
            (names) =>
              `network names ${names}, which CC_EXECUTOR_SANDBOX_HOSTS of this server does not allow`,
          ),
    );
  });

  it('is a container where a list or a task names hosts', () => {
    const tasks = [{ prompt: 'x', network: ['example.com'] }];
    expect(faultsOf(rule('process', 'process', true, ['*']), { network: 'none', tasks })).toEqual([
      'network needs isolation "container"',
      'tasks[0].network needs isolation "container"',
    ]);
  });
});

describe('agents beside those of tasks', () => {
  const refusalOf = async (isolation: Isolation) => {
    const request = ExecuteRequest.parse({
      isolation,
      fix_agent: { agent: 'acp', acp: 'opencode' },
      tasks: [
        { prompt: 'x', validation_prompt: '{response}', validation_agent: { agent: 'model', model: 'y' } },
        { prompt: 'x', amend_prompt: true, amendment_agent: 'claude' },
      ],
    });
    const ports = {
      workspaces: { resolve: async (path: string) => await Promise.resolve({ path, turn: path }) },
      isolation: rule('process', 'process'),
      checkCommands: () => undefined,
      checkAgents: async () => undefined,
      checkPrompts: async () => undefined,
    };
    return await refuseRequest(ports, request).then(
      () => [],
      (error: CcError) => error.details.errors?.map(({ path, message }) => `${path} ${message}`),
    );
  };
  const WHY = 'and its list runs in containers, in which that agent cannot run yet';

  it('are refused where they cannot run in the containers of their list, all at once', async () => {
    expect(await refusalOf('container')).toEqual([
      `tasks[0].validation_agent is "model", ${WHY}`,
      `fix_agent is "acp", ${WHY}`,
    ]);
  });

  it('are accepted in processes', async () => {
    expect(await refusalOf('process')).toEqual([]);
  });
});
