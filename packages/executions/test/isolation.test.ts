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

  // Proves: least-isolation
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

describe('addresses that tasks name', () => {
  const refusalOf = async (isolation: Isolation, network: string[] = []) => {
    const server = { type: 'http' as const, url: 'https://tools.example.com/mcp' };
    const request = ExecuteRequest.parse({
      isolation,
      ...(network.length > 0 && { network }),
      tasks: [
        { tool: { server: 'docs', name: 'search' }, mcp_servers: { docs: server } },
        { prompt: 'x', agent: 'model', model: 'y', model_url: 'http://localhost:11434/v1' },
        {
          prompt: 'x',
          validation_prompt: '{response}',
          validation_agent: { agent: 'model', model: 'y', model_url: 'https://models.example.com/v1' },
        },
        { prompt: 'x', agent: 'model', model: 'y' },
      ],
    });
    const ports = {
      workspaces: { resolve: async (path: string) => await Promise.resolve({ path, turn: path }) },
      isolation: rule('process', 'process', true, ['*', '*:11434']),
      checkCommands: () => undefined,
      checkAgents: async () => undefined,
      checkPrompts: async () => undefined,
    };
    return await refuseRequest(ports, request).then(
      () => [],
      (error: CcError) => error.details.errors?.map(({ path, message }) => `${path} ${message}`),
    );
  };
  const WHY = 'and its list runs in containers: name that host in network';

  it('are refused in containers that may not reach them, all at once', async () => {
    expect(await refusalOf('container', ['*.example.org'])).toEqual([
      `tasks[0].mcp_servers.docs.url is at tools.example.com:443, ${WHY}`,
      `tasks[1].model_url is at localhost:11434, ${WHY}`,
      `tasks[2].validation_agent.model_url is at models.example.com:443, ${WHY}`,
    ]);
  });

  it('are accepted in containers that may, and in processes', async () => {
    expect(await refusalOf('container', ['*.example.com', 'localhost:11434'])).toEqual([]);
    expect(await refusalOf('process')).toEqual([]);
  });
});
