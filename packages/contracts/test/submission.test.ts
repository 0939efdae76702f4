import { describe, expect, it } from 'vitest';
import { ExecuteRequest, LIMITS, parseOrThrow } from '../src/index.ts';
import { TaskObject } from '../src/rest/submission.ts';
import { faultsOfBody as faults } from './faults-of.ts';

/** What a key may have in it, whatever it should have. */
const ANYTHING = [null, true, 0, -1, 'nope', 'constructor', '__proto__', '', [], [null], {}, { a: [] }];

describe('a task list', () => {
  it.each(Object.keys(TaskObject.shape))(
    'with anything as the %s of a task is taken or refused, never a fault',
    (key) => {
      for (const kind of ['prompt', 'command', 'tool'])
        for (const value of ANYTHING)
          expect(() => ExecuteRequest.safeParse({ tasks: [{ [kind]: 'x', [key]: value }] })).not.toThrow();
    },
  );

  it.each(Object.keys(ExecuteRequest.shape))(
    'with anything as its %s is taken or refused, never a fault',
    (key) => {
      for (const value of ANYTHING)
        expect(() => ExecuteRequest.safeParse({ tasks: ['x', { prompt: 'y' }], [key]: value })).not.toThrow();
    },
  );

  it('names an agent that does not exist', () => {
    expect(faults({ tasks: [{ prompt: 'x', agent: 'nope' }] })).toEqual([
      {
        path: 'tasks[0].agent',
        message: 'must be "claude" or "codex" or "acp" or "model" or "command" or "tool"',
      },
    ]);
  });

  it('may mix strings, prompts and commands', () => {
    const body = { tasks: ['one', { prompt: 'two', name: 'second', timeout: 5 }, { command: 'echo three' }] };
    expect(faults(body)).toEqual([]);
    expect(parseOrThrow(ExecuteRequest, body).on_failure).toBe('stop');
  });

  it('keeps every text as it is', () => {
    const text = '  \n{{x}} $HOME `id` "q" \\ é 漢字 \u{1f600}\t\r\n ';
    expect(parseOrThrow(ExecuteRequest, { tasks: [text] }).tasks).toEqual([text]);
  });

  it.each([
    [{ tasks: [] }, [['tasks', 'must have at least one task']]],
    [
      { tasks: Array.from({ length: 1001 }, () => 'x') },
      [['tasks', 'has 1001 tasks; at most 1000 are allowed']],
    ],
    [{}, [['tasks', 'must be a list of tasks']]],
    [[], [['', 'must be an object with a list of tasks']]],
    [null, [['', 'must be an object with a list of tasks']]],
    [{ tasks: 'x' }, [['tasks', 'must be a list of tasks']]],
    [
      { tasks: [1] },
      [['tasks[0]', 'must be a string (a prompt) or an object with a prompt, a command or a tool']],
    ],
    [{ tasks: [''] }, [['tasks[0]', 'must not be empty']]],
    [{ tasks: [' \n\t'] }, [['tasks[0]', 'must not be blank']]],
    [{ tasks: [{ command: '  ' }] }, [['tasks[0].command', 'must not be blank']]],
    [{ tasks: ['\u200b \ufeff\u2060'] }, [['tasks[0]', 'must not be blank']]],
    [{ tasks: ['a\0b'] }, [['tasks[0]', 'must not contain a NUL character']]],
    [
      { tasks: ['a\ud83d'] },
      [['tasks[0]', 'must not contain half a surrogate pair: it has no bytes in UTF-8']],
    ],
    [{ tasks: [{}] }, [['tasks[0]', 'needs exactly one of prompt, command and tool; this has none']]],
    [
      { tasks: ['ok', { prompt: 'a', command: 'b' }] },
      [['tasks[1]', 'needs exactly one of prompt, command and tool; this has prompt and command']],
    ],
    [{ tasks: [{ command: 'x', model: 'm' }] }, [['tasks[0].model', 'is for prompts only']]],
    [
      { tasks: [{ command: 'x', agent: 'claude' }] },
      [['tasks[0].agent', 'is "claude"; a command needs "command"']],
    ],
    [{ tasks: ['x'], workspce: 'y' }, [['workspce', 'unknown key; did you mean workspace?']]],
    [{ tasks: ['x'], include: ['.env'] }, [['include', 'unknown key here; it belongs to "repository"']]],
    [{ tasks: ['x'], prompt: 'y' }, [['prompt', 'unknown key here; it belongs to a task']]],
    [
      { tasks: [{ prompt: 'x', workspace: 'y' }] },
      [['tasks[0].workspace', 'unknown key here; it belongs to a list']],
    ],
    [{ tasks: [{ prompt: 'x', retrys: 1 }] }, [['tasks[0].retrys', 'unknown key; did you mean retries?']]],
    [
      { tasks: ['x', { prompt: 'y', timeout: -1 }], timeout_per_task: 'soon', on_failure: 'go' },
      [
        ['tasks[1].timeout', 'must be more than 0 seconds'],
        ['timeout_per_task', 'must be a number of seconds, a duration such as "10m" or "1h30m", or "auto"'],
        ['on_failure', 'must be "stop", "continue" or "skip_dependents"'],
      ],
    ],
    [
      { tasks: ['x'], execution_id: '../etc' },
      [
        [
          'execution_id',
          'must be 1 to 128 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
        ],
      ],
    ],
  ])('%j is told every fault', (body, expected) => {
    expect(faults(body)).toEqual(expected.map(([path, message]) => ({ path, message })));
  });

  it('is bounded in bytes, not in characters', () => {
    const [fits, over] = ['é'.repeat(LIMITS.promptBytes / 2), `${'é'.repeat(LIMITS.promptBytes / 2)}x`];
    expect(faults({ tasks: [fits] })).toEqual([]);
    expect(faults({ tasks: [over] })).toEqual([
      { path: 'tasks[0]', message: 'has 1048577 bytes; at most 1048576 are allowed' },
    ]);
    expect(faults({ tasks: [{ command: 'x'.repeat(LIMITS.commandBytes + 1) }] })).toHaveLength(1);
  });
});

describe('a call of a tool', () => {
  const mcp_servers = { docs: { command: 'serve-docs' } };
  const call = (more: object = {}, task: object = {}) => ({
    tool: { server: 'docs', name: 'search', ...more },
    ...task,
  });
  const of = (list: object) => faults(list).map(({ path, message }) => `${path} ${message}`);

  it.each([
    { mcp_servers, tasks: [call({ arguments: { text: 'x', deep: [{ a: null }] } })] },
    { tasks: [call({}, { mcp_servers, template: true, env: { A: 'b' }, pass_env: ['TOKEN'] })] },
    {
      mcp_servers,
      tasks: ['x', call({ arguments: { a: [{ b: '{{tasks.1.result}}' }] } }, { template: true })],
    },
    { mcp_servers, vars: { n: 3 }, tasks: [call({ arguments: { n: '{{vars.n}}' } })] },
    { mcp_servers, json_mode: true, model: 'x', tasks: ['x', call()] },
  ])('is taken: %j', (list) => {
    expect(of(list)).toEqual([]);
  });

  it.each([
    [{ tasks: [call()] }, 'tasks[0].tool.server is "docs", which is not in mcp_servers: there are none'],
    [
      { mcp_servers: { a: { command: 'a' }, b: { command: 'b' } }, tasks: [call()] },
      'tasks[0].tool.server is "docs", which is not in mcp_servers: there is a, b',
    ],
    [
      { mcp_servers, tasks: [call({}, { mcp_servers: { own: { command: 'x' } } })] },
      'tasks[0].tool.server is "docs", which is not in mcp_servers: there is own',
    ],
    [{ mcp_servers, tasks: [{ tool: { server: 'docs' } }] }, 'tasks[0].tool.name must be a string'],
    [{ mcp_servers, tasks: [call({ arguments: [1] })] }, 'tasks[0].tool.arguments must be an object'],
    [{ mcp_servers, tasks: [call({}, { model: 'x' })] }, 'tasks[0].model is for prompts only'],
    [
      { mcp_servers, tasks: [call({}, { agent: 'claude' })] },
      'tasks[0].agent is "claude"; a tool needs "tool"',
    ],
    [
      { mcp_servers, tasks: [call({}, { prompt: 'x' })] },
      'tasks[0] needs exactly one of prompt, command and tool; this has prompt and tool',
    ],
    [
      { mcp_servers, template: true, tasks: [call({ arguments: { a: [{ b: '{{tasks.1.result}}' }] } })] },
      'tasks[0].tool.arguments.a[0].b {{tasks.1.result}}: is this task itself',
    ],
    [
      { mcp_servers, vars: {}, tasks: [call({ arguments: { a: '{{vars.x}}' } })] },
      'tasks[0].tool.arguments.a uses {{vars.x}}, which vars does not have',
    ],
    [
      { mcp_servers, tasks: [call({}, { checks: ['true'], on_check_failure: 'fix' })] },
      'tasks[0].on_check_failure is "fix", which is for prompts only: no agent has done this',
    ],
  ])('is refused with its fault: %j', (list, fault) => {
    expect(of(list)).toEqual([fault]);
  });
});

describe('the agent "model"', () => {
  const ask = (more: object = {}) => ({ prompt: 'x', agent: 'model', model: 'y', ...more });
  const of = (list: object) => faults(list).map(({ path, message }) => `${path} ${message}`);

  it.each([
    {
      tasks: [
        ask({ model_url: 'http://127.0.0.1:4000/v1', pass_env: ['KEY'], json_schema: {}, template: true }),
      ],
    },
    { model: 'y', allowed_tools: ['Read'], tasks: [{ prompt: 'x', agent: 'model' }] },
  ])('is taken with what it honours: %j', (list) => {
    expect(of(list)).toEqual([]);
  });

  it.each([
    [{ tasks: [{ prompt: 'x', agent: 'model' }] }, 'tasks[0].model must be given for the agent "model"'],
    [
      { tasks: [ask({ allowed_tools: ['Read'] })] },
      'tasks[0].allowed_tools is not an option of the agent "model"',
    ],
    [{ tasks: [ask({ max_turns: 3 })] }, 'tasks[0].max_turns is not an option of the agent "model"'],
    [
      { tasks: [{ prompt: 'x', model_url: 'http://a.example/v1' }] },
      'tasks[0].model_url is not an option of the agent "claude"',
    ],
    [
      { tasks: [ask({ model_url: 'http://me:secret@a.example/v1' })] },
      'tasks[0].model_url must not have a password: the key belongs in pass_env',
    ],
    [
      { tasks: [ask({ model_url: 'http://127.0.0.1:1/v1' })] },
      'tasks[0].model_url has the port 1, which no HTTP client calls',
    ],
    [
      { tasks: [ask({ model_url: 'http://a.example/v1/chat/completions' })] },
      'tasks[0].model_url must be the address before /chat/completions, which is added, such as http://127.0.0.1:4000/v1',
    ],
    [
      { tasks: [ask({ model_url: 'http://a.example/v1?key=x' })] },
      'tasks[0].model_url must be the address without a query or a fragment, such as http://127.0.0.1:4000/v1',
    ],
    [
      {
        tasks: [
          {
            prompt: 'x',
            validation_prompt: '{response}',
            validation_agent: { agent: 'model', model: 'm', model_url: 'http://me:secret@a.example/v1' },
          },
        ],
      },
      'tasks[0].validation_agent.model_url must not have a password: the key belongs in pass_env',
    ],
    [
      { tasks: [ask({ model_url: 'file:///etc/passwd' })] },
      'tasks[0].model_url must be an http or https address',
    ],
    [
      { tasks: [ask({ checks: ['true'], on_check_failure: 'fix' })] },
      'tasks[0].on_check_failure is "fix", which the agent "model" has not',
    ],
  ])('is refused with what it does not honour: %j', (list, fault) => {
    expect(of(list)).toEqual([fault]);
  });
});

describe('an agent of the Agent Client Protocol', () => {
  const ask = (more: object) => ({ tasks: [{ prompt: 'x', agent: 'acp', ...more }] });
  const said = (body: unknown) =>
    faults(body)
      .map(({ path, message }) => `${path} ${message}`)
      .join('; ');

  it('is named, or has a command with arguments', () => {
    for (const acp of ['opencode', 'my_own-1', { command: 'opencode', args: ['acp'] }])
      expect(ExecuteRequest.safeParse(ask({ acp })).success).toBe(true);
    const list = { tasks: [{ prompt: 'x', agent: 'acp' }], acp: 'gemini' };
    expect(ExecuteRequest.safeParse(list).success).toBe(true);
  });

  it.each([
    ['is missing', {}, 'tasks[0].acp must be given for the agent "acp"'],
    ['has no good name', { acp: '../x' }, 'letters, digits, dashes or underscores'],
    ['has no command', { acp: {} }, 'tasks[0].acp.command'],
    ['has an unknown key', { acp: { command: 'x', shell: true } }, 'unknown key'],
    ['has a NUL', { acp: { command: 'a\0b' } }, 'must not have a NUL character'],
    [
      'has an option that it does not honour',
      { acp: 'x', max_turns: 3 },
      'is not an option of the agent "acp"',
    ],
  ])('is refused where it %s', (_, more, message) => {
    expect(said(ask(more))).toContain(message);
  });

  it('is no option of another agent', () => {
    const list = { tasks: [{ prompt: 'x', acp: 'opencode' }] };
    expect(said(list)).toContain('tasks[0].acp is not an option of the agent "claude"');
  });
});

describe('an agent beside that of a task', () => {
  const said = (more: object) =>
    faults({ tasks: [{ prompt: 'x', validation_prompt: '{response}', ...more }] })
      .map(({ path, message }) => `${path} ${message}`)
      .join('; ');

  it.each([
    { validation_agent: 'codex' },
    {
      validation_agent: {
        agent: 'model',
        model: 'm',
        model_url: 'http://127.0.0.1:4000/v1',
        pass_env: ['KEY'],
      },
    },
    { agent: 'codex', validation_agent: 'claude', amend_prompt: true, amendment_agent: 'codex' },
    { checks: ['true'], on_check_failure: 'fix', fix_agent: { agent: 'acp', acp: 'opencode' } },
    { review_agent: { agent: 'codex', model: 'gpt' } },
  ])('is taken: %j', (more) => {
    expect(said(more)).toBe('');
  });

  it.each([
    [{ validation_agent: 'tool' }, 'tasks[0].validation_agent is "tool", which runs no prompts'],
    [{ validation_agent: 'acp' }, 'tasks[0].validation_agent.acp must be given for the agent "acp"'],
    [
      { validation_agent: { agent: 'model' } },
      'tasks[0].validation_agent.model must be given for the agent "model"',
    ],
    [
      { validation_agent: { agent: 'codex', acp: 'opencode' } },
      'tasks[0].validation_agent.acp is for the agent "acp" only',
    ],
    [
      { review_agent: { agent: 'model', model: 'm' } },
      'tasks[0].review_agent.agent is "model", which has no tools',
    ],
    [{ validation_agent: { agent: 'codex', tools: [] } }, 'tasks[0].validation_agent.tools unknown key'],
    [{ validation_prompt: undefined, validation_agent: 'codex' }, 'needs a validation_prompt'],
  ])('is refused: %j', (more, message) => {
    expect(said(more)).toContain(message);
  });
});
