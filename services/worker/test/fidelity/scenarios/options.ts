import { firstUserTexts, httpError, oneByOne, say, turnOf, useTool, type Reply } from '@cc-executor/testkit';
import { warns } from '../checks.ts';
import type { Scenario, ScenarioGroup } from '../scenario.ts';

const always = (reply: Reply) => () => () => reply;
const json_schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };

/** What a prompt asks for beside its text. */
export const options: ScenarioGroup = {
  title: 'The prompt asks for',
  scenarios: [
    {
      what: 'JSON, and gets it',
      task: { prompt: 'Do it.', json_schema },
      model: always(useTool('StructuredOutput', { n: 1 })),
      outcome: 'completed',
    },
    {
      what: 'JSON, and gets some that has to be fixed',
      task: { prompt: 'Do it.', json_mode: true },
      model: always(say('Here:\n```json\n{n: 1,}\n```')),
      outcome: 'completed',
    },
    {
      what: 'JSON, and gets prose',
      task: { prompt: 'Do it.', json_mode: true },
      model: always(say('I would rather not.')),
      outcome: 'invalid_output',
      says: 'The answer is not JSON.',
    },
    {
      what: 'JSON by a schema, which never fits',
      task: { prompt: 'Do it.', json_schema },
      model: always(useTool('StructuredOutput', { n: 'one' })),
      outcome: 'invalid_output',
      says: '/n: must be integer',
    },
    {
      what: 'a UUID in the answer, and gets none',
      task: { prompt: 'Do it.', require_uuid: true },
      outcome: 'uuid_mismatch',
      says: 'has no UUID in its place',
    },
    {
      what: 'a validation, which finds it invalid, and is a condition',
      task: { prompt: 'Do it.', validation_prompt: 'Judge {response}', on_invalid: 'fail' },
      model: () => (request) =>
        firstUserTexts(request).at(-1)?.startsWith('Judge') === true
          ? useTool('StructuredOutput', { is_valid: false, reason: 'It is not done.' })
          : say('Done.'),
      outcome: 'validation_failed',
      says: 'was judged invalid: It is not done.',
    },
    {
      what: 'a failure where a tool is denied',
      task: { prompt: 'Do it.', on_denied: 'fail' },
      model: () => (request) =>
        turnOf(request) === 0
          ? useTool('WebFetch', { url: 'http://127.0.0.1:1/', prompt: 'x' })
          : say('Done.'),
      outcome: 'permission_denied',
      says: 'Denied: WebFetch (http://127.0.0.1:1/).',
    },
    {
      what: 'an MCP server that is not there',
      task: { prompt: 'Do it.', mcp_servers: { gone: { command: '/nowhere/server' } } },
      outcome: 'mcp_failed',
      says: 'gone (failed)',
    },
    ...['pending', 'needs-auth', 'disabled', 'novelty'].map((status): Scenario => ({
      what: `an MCP server that is ${status} when the work begins`,
      program: `"$CLAUDE" "$@" | sed -u 's/"status":"failed"/"status":"${status}"/'`,
      task: { prompt: 'Do it.', mcp_servers: { gone: { command: '/nowhere/server' } } },
      outcome: 'mcp_failed',
      says: `gone (${status})`,
    })),
    {
      what: 'an MCP server that never answers',
      task: { prompt: 'Do it.', mcp_servers: { mute: { command: 'sleep', args: ['600'] } } },
      env: { MCP_TIMEOUT: '1000' },
      outcome: 'mcp_failed',
      says: 'mute',
    },
    {
      what: 'another model where the first refuses, and gets its answer',
      task: { prompt: 'Do it.', model: 'claude-strict', fallback_model: 'claude-other' },
      model: () => (request) =>
        request.model === 'claude-other' ? say('Done.') : { blocks: [], stop_reason: 'refusal' },
      outcome: 'completed',
      also: async (state, playing) => {
        await warns('fallback_model_used')(state, playing);
        const [task] = state.tasks;
        if (task?.attempt !== 2 || task.end?.model !== 'claude-other')
          throw new Error('It was not the other.');
      },
    },
    {
      what: 'another model where the first refuses, which refuses too',
      task: { prompt: 'Do it.', fallback_model: 'claude-other' },
      model: always({ blocks: [], stop_reason: 'refusal' }),
      outcome: 'refused',
      also: ({ tasks }) => {
        if (tasks[0]?.attempt !== 2) throw new Error('It was not tried twice.');
      },
    },
    {
      what: 'another model, and the first does not refuse',
      task: { prompt: 'Do it.', fallback_model: 'claude-other' },
      outcome: 'completed',
      also: warns(),
    },
    {
      what: 'at most one turn, and needs two',
      task: { prompt: 'Do it.', max_turns: 1 },
      model: always(useTool('Bash', { command: 'true' })),
      outcome: 'max_turns',
    },
    {
      what: 'at most a cent, and costs more',
      task: { prompt: 'Do it.', max_budget_usd: 0.01 },
      model: always(useTool('Bash', { command: 'true' })),
      outcome: 'budget',
    },
    {
      what: 'a shorter answer where one is cut, and gets it',
      task: { prompt: 'Do it.', on_output_limit: 'retry_shorter' },
      // The agent itself asks three times to go on.
      model: () =>
        oneByOne(...Array.from({ length: 4 }, () => say('so', { stop_reason: 'max_tokens' })), say('Done.')),
      outcome: 'completed',
    },
    {
      what: 'more than the prompt may have',
      task: { prompt: 'word '.repeat(200_000) },
      outcome: 'prompt_too_long',
      says: 'tokens',
    },
    {
      what: 'the result of a task that failed',
      earlier: ['Try it.'],
      model: always(httpError(400)),
      task: { prompt: 'Say {{tasks.1.result}}.', template: true },
      outcome: 'missing_result',
    },
    {
      what: 'no questions at all, where the worker is root',
      task: { prompt: 'Do it.', permission_mode: 'bypassPermissions' },
      possible: () => process.getuid?.() === 0,
      outcome: 'spawn_failed',
      says: 'as root',
    },
  ],
};
