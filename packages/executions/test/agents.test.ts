import type { AgentProbe } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { agentCheck, readAgents, type WorkerReport } from '../src/index.ts';

const found = (more: Partial<AgentProbe>): AgentProbe => ({
  name: 'codex',
  version: null,
  credential: 'none',
  status: 'not_installed',
  message: null,
  ...more,
});
/** Workers that have found this; undefined: one of an earlier version. */
const workers = (...reports: (AgentProbe | undefined)[]) => ({
  list: async () =>
    await Promise.resolve(
      reports.map((probe) => ({ ...(probe && { agents: [probe] }) }) as unknown as WorkerReport),
    ),
});
const named = [
  { path: 'tasks[0].agent', agent: 'claude' },
  { path: 'tasks[1].agent', agent: 'codex' },
] as const;

describe('a list with an agent', () => {
  it('that no worker has is refused, with the command that installs it', async () => {
    await expect(agentCheck(workers(found({})))(named)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: {
        errors: [
          {
            path: 'tasks[1].agent',
            message: 'is "codex", which is not installed; install it: cc-executor agents install codex',
          },
        ],
      },
    });
  });

  it.each([
    ['that one of the workers has', workers(found({}), found({ status: 'ready', version: '0.171.0' }))],
    ['that has no credential yet', workers(found({ status: 'no_credential', version: '0.171.0' }))],
    ['of which no worker says anything', workers(undefined)],
    ['without any worker', workers()],
  ])('%s is accepted', async (_, directory) => {
    await expect(agentCheck(directory)(named)).resolves.toBeUndefined();
  });
});

describe('a list with Codex', () => {
  const all = (boxed: boolean) => named.map((one) => ({ ...one, boxed }));
  const login = found({ status: 'ready', version: '0.171.0', credential: 'login' });
  const key = found({ status: 'ready', version: '0.171.0', credential: 'found' });

  it('in containers is refused where the workers have only its login, with the cure', async () => {
    await expect(agentCheck(workers(login, found({})))(all(true))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: {
        errors: [
          { path: 'tasks[1].agent', message: expect.stringContaining('set OPENAI_API_KEY') as string },
        ],
      },
    });
  });

  it.each([
    ['in containers is accepted where one of them has a key', workers(login, key), true],
    ['is accepted in processes', workers(login), false],
  ])('%s', async (_, directory, boxed) => {
    await expect(agentCheck(directory)(all(boxed))).resolves.toBeUndefined();
  });
});

describe('a list with a program of the Agent Client Protocol', () => {
  const programs: AgentProbe['programs'] = [
    { name: 'opencode', version: null, status: 'not_installed', message: 'Install it: x' },
    { name: 'mine', version: 'mine 1.0', status: 'ready', message: null },
    { name: 'gemini', version: null, status: 'no_credential', message: 'Log in.' },
  ];
  const directory = workers(
    found({ name: 'acp', status: 'ready', programs, message: 'agents.json has a fault.' }),
  );
  const using = (program: string) => [{ path: 'tasks[0].acp', agent: 'acp' as const, program }];

  it.each(['mine', 'gemini'])('that a worker has is accepted: %s', async (program) => {
    await expect(agentCheck(directory)(using(program))).resolves.toBeUndefined();
  });

  it.each([
    ['that is not installed', 'opencode', 'is "opencode", which is not installed: Install it: x'],
    [
      'that no worker knows',
      'mime',
      'is "mime", which no worker knows; did you mean "mine"? There is mine, gemini, opencode. agents.json has a fault.',
    ],
  ])('%s is refused', async (_, program, message) => {
    await expect(agentCheck(directory)(using(program))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { errors: [{ path: 'tasks[0].acp', message: expect.stringContaining(message) as string }] },
    });
  });

  it('is reported as the best of the workers has it', async () => {
    const other = found({
      name: 'acp',
      status: 'ready',
      programs: [{ name: 'opencode', version: 'OpenCode 1', status: 'ready', message: null }],
    });
    const first = found({ name: 'acp', status: 'ready', programs });
    const { agents } = await readAgents(workers(first, other));
    expect(
      agents.find(({ name }) => name === 'acp')?.programs?.map(({ name, status }) => `${name} ${status}`),
    ).toEqual(['mine ready', 'opencode ready', 'gemini no_credential']);
  });
});

describe('the agents', () => {
  it('are reported with the best that a worker found', async () => {
    const ready = found({ status: 'ready', version: '0.171.0', credential: 'found' });
    const { agents } = await readAgents(workers(found({}), ready));
    expect(agents.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'claude unknown',
      'codex ready',
      'acp unknown',
      'model unknown',
      'command unknown',
      'tool unknown',
    ]);
    expect(agents[1]).toMatchObject({
      version: '0.171.0',
      tested_version: '0.171.0',
      install: null,
      resumes: true,
      isolation: ['process', 'container'],
    });
  });

  it('are reported with the command that installs them', async () => {
    const { agents } = await readAgents(workers(found({})));
    expect(agents[1]?.install).toBe('cc-executor agents install codex');
  });
});
