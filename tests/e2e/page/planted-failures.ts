import { httpError, say, useTool, type ModelRequest, type Reply } from '@cc-executor/testkit';

interface Planted {
  task: Record<string, unknown>;
  /** What the model does and says. */
  reply?: Reply;
}

const agent = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  prompt: `${name}: do it.`,
  ...more,
});

/** Tasks that fail, one for each kind of failure, by the outcome that they have to have. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  nonzero_exit: {
    task: { name: 'deploy', command: 'echo "line before"; echo "no route to host db-7" >&2; exit 3' },
  },
  signalled: { task: { name: 'crash', command: 'echo "about to crash"; kill -SEGV $$' } },
  // Long enough for a busy machine to print the line before.
  timed_out: { task: { name: 'stall', command: 'echo "waiting for a lock"; sleep 600', timeout: 8 } },
  check_failed: {
    task: {
      name: 'checked',
      command: 'true',
      checks: ['echo "3 of 212 tests failed: api/users"; exit 1'],
    },
  },
  invalid_request: { task: agent('malformed'), reply: httpError(400, 'messages: must not be empty') },
  missing_result: { task: { name: 'refers', prompt: 'refers: {{tasks.5.result}}', template: true } },
  invalid_output: {
    task: agent('prose', { json_mode: true }),
    reply: say('I would rather write prose than JSON.'),
  },
  uuid_mismatch: {
    task: agent('forger', { require_uuid: true }),
    reply: say('Done.\n\n00000000-0000-4000-8000-000000000000'),
  },
  max_turns: { task: agent('endless', { max_turns: 1 }), reply: useTool('Bash', { command: 'echo again' }) },
  model_not_found: { task: agent('elsewhere'), reply: httpError(404, 'model: no-such-model') },
};

/** Replies of the model by the name of the task, which its prompt begins with. */
export function replyTo(
  prompt: string,
  others: Record<string, (request: ModelRequest) => Reply>,
  request: ModelRequest,
): Reply {
  const planted = Object.values(PLANTED).find(({ task }) => prompt.startsWith(`${String(task['name'])}:`));
  if (planted?.reply) return planted.reply;
  const [, own] = Object.entries(others).find(([name]) => prompt.startsWith(`${name}:`)) ?? [];
  return own ? own(request) : say('Done.');
}
