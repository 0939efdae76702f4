import { describe, expect, it } from 'vitest';
import { LIMITS } from '../src/index.ts';
import { faultsOfBody } from './faults-of.ts';

const faults = (options: object) => faultsOfBody({ tasks: [{ prompt: 'x', ...options }] });
const all = {
  model: 'm',
  append_system_prompt: 'Be brief.',
  template: true,
  on_too_long: 'truncate',
  retry_context: 'resume',
  on_output_limit: 'retry_shorter',
  json_mode: true,
  json_schema: { type: 'object' },
  uuid: true,
  require_uuid: true,
  validation_prompt: 'Is this right? {response}',
  on_invalid: 'retry',
  permission_mode: 'acceptEdits',
  allowed_tools: ['Read', 'Bash(git diff:*)', 'mcp__docs__search', 'Edit(./**)'],
  disallowed_tools: ['WebFetch', 'mcp__docs__*'],
  on_denied: 'fail',
  max_turns: 5,
  max_budget_usd: 0.5,
  mcp_servers: {
    local: { command: 'node', args: ['server.mjs'], env: { TOKEN: 't' } },
    remote: { type: 'http', url: 'https://example.com/mcp', headers: { Authorization: 'Bearer t' } },
  },
  trust_workspace: false,
  workspace_memory: true,
  pass_env: ['GITHUB_TOKEN'],
  extra_dirs: ['/srv/data'],
};

describe('the options of a prompt', () => {
  it('may all be given together', () => {
    expect(faults(all)).toEqual([]);
  });

  it('are for prompts only, every one of them', () => {
    const told = faultsOfBody({ tasks: [{ command: 'x', ...all }] });
    expect(told.map(({ path, message }) => [path, message])).toEqual(
      Object.keys(all).map((name) => [`tasks[0].${name}`, 'is for prompts only']),
    );
  });

  it.each([
    [LIMITS.schemaLevels, []],
    [LIMITS.schemaLevels + 1, ['must be nested at most 100 levels deep']],
    [200_000, ['must be nested at most 100 levels deep']],
  ])('a schema of %d levels', (levels, messages) => {
    let json_schema: object = {};
    for (let level = 1; level < levels; level++) json_schema = { not: json_schema };
    expect(faults({ json_schema }).map(({ message }) => message)).toEqual(messages);
  });

  it.each<[object, [string, string][]]>([
    [{ jsonMode: true }, [['jsonMode', 'unknown key; did you mean json_mode?']]],
    [
      { json_schema: { type: 'object' }, json_mode: false },
      [['json_mode', 'is false, but json_schema asks for JSON']],
    ],
    [{ json_schema: true }, [['json_schema', 'must be a JSON schema, as an object']]],
    [
      { json_schema: { a: 'x'.repeat(LIMITS.schemaBytes) } },
      [['json_schema', 'must have at most 65536 bytes of JSON']],
    ],
    [
      { validation_prompt: 'Is it right?' },
      [['validation_prompt', 'must have {response} where the answer belongs']],
    ],
    [{ uuid: false, require_uuid: true }, [['uuid', 'is false, but require_uuid asks for it']]],
    [
      { uuid: true, json_schema: { type: 'array' } },
      [['uuid', 'needs a json_schema of an object: the UUID is a field of the answer']],
    ],
    [{ on_invalid: 'fail' }, [['on_invalid', 'needs a validation_prompt']]],
    [
      { validation_prompt: '{response}?', on_invalid: 'retry', retries: 0 },
      [['on_invalid', 'is "retry", but retries is 0']],
    ],
    [
      { allowed_tools: ['Read', 'Bash'], disallowed_tools: ['Bash'] },
      [['allowed_tools[1]', '"Bash" is disallowed too']],
    ],
    [
      { permission_mode: 'plan', allowed_tools: ['Bash'] },
      [['allowed_tools', 'means nothing with permission_mode "plan"']],
    ],
    [
      { allowed_tools: ['rm -rf /'] },
      [
        [
          'allowed_tools[0]',
          'must be the name of a tool, such as Read, Bash(git diff:*) or mcp__docs__search',
        ],
      ],
    ],
    [
      { mcp_servers: { 'a b': { command: 'x' } } },
      [['mcp_servers.a b', 'must have a name of 1 to 64 letters, digits, dashes or underscores']],
    ],
    [
      { mcp_servers: { a: { type: 'http', url: 'file:///x' } } },
      [['mcp_servers.a.url', 'must be an http or https address']],
    ],
    [{ mcp_servers: { a: { url: 'http://x' } } }, [['mcp_servers.a.type', 'must be "http" or "sse"']]],
    [{ mcp_servers: { a: {} } }, [['mcp_servers.a', 'needs exactly one of command and url']]],
    [
      { pass_env: ['CC_EXECUTOR_API_KEY', 'A-B'] },
      [
        ['pass_env[0]', 'is a setting or a credential of cc-executor, which no task gets'],
        ['pass_env[1]', 'must be the name of an environment variable'],
      ],
    ],
    [{ extra_dirs: ['data'] }, [['extra_dirs[0]', 'must be an absolute path']]],
    [
      { max_turns: 0, max_budget_usd: -1, on_denied: 'ask' },
      [
        ['on_denied', 'must be "warn" or "fail"'],
        ['max_turns', 'must be at least 1'],
        ['max_budget_usd', 'must be more than 0'],
      ],
    ],
  ])('%j is told every fault', (options, expected) => {
    expect(faults(options)).toEqual(
      expected.map(([path, message]) => ({ path: `tasks[0].${path}`, message })),
    );
  });

  it('are reported as conflicts beside other faults', () => {
    expect(
      faults({ on_invalid: 'fail', timeout: -1, nmae: 'x' })
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['tasks[0].nmae', 'tasks[0].on_invalid', 'tasks[0].timeout']);
  });
});
