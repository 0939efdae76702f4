import { randomUUID } from 'node:crypto';
import { hang, httpError, say, turnOf, useTool, waitFor } from '@cc-executor/testkit';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();
const work = useTool('Bash', { command: 'echo x >> done; until [ -e go ]; do sleep 0.05; done' }, 'I begin.');

/** Begins to work, and says how it ended when it is asked again. */
async function cutOff(how: 'killed' | 'stopped') {
  let seen = '';
  const model = await harness.model((request) => {
    if (turnOf(request) === 0) return work;
    seen = JSON.stringify(request.messages);
    return say('Now it is done.');
  });
  const session = { id: randomUUID(), resumed: false };
  const first = await harness.start('Do the thing.', model, { session });
  const { agent, cwd } = first;
  // What was said is written down a little later.
  await waitFor(async () => await agent.canResume?.('e1', session.id));
  if (how === 'killed') process.kill(first.of('task.process')[0]?.pid ?? 0, 'SIGKILL');
  else first.run.stop('drained');
  const { session_id, cost_usd } = await first.run.ended;
  expect(session_id).toBe(session.id);
  return { cwd, agent, model, session, cost_usd, seen: () => seen };
}

describe('a conversation that was cut off', () => {
  it.each(['killed', 'stopped'] as const)('by an agent that was %s is resumed', async (how) => {
    const { cwd, model, session, cost_usd, seen } = await cutOff(how);
    const { run } = await harness.start('Do the thing.', model, {
      cwd,
      session: { ...session, resumed: true },
    });
    const end = await run.ended;
    expect(end).toMatchObject({
      outcome: 'completed',
      result: 'Now it is done.',
      session_id: session.id,
    });
    // It counts from the beginning of the conversation, as far as it was written down.
    expect(end.cost_usd ?? 0).toBeGreaterThan(cost_usd ?? 0);
    for (const part of ['Do the thing.', 'I begin.', 'You stopped before you were done'])
      expect(seen()).toContain(part);
  });

  it('is none when it has no message, or when it is unknown', async () => {
    const model = await harness.model(() => hang());
    const session = { id: randomUUID(), resumed: false };
    const { run, of, agent } = await harness.start('Never answer.', model, { session });
    await waitFor(() => of('agent.init').length === 1);
    run.stop('drained');
    await run.ended;
    expect(await agent.canResume?.('e1', session.id)).toBe(false);
    expect(await agent.canResume?.('e1', randomUUID())).toBe(false);
  });

  it('is not one when its transcript is broken before its last line', async () => {
    const { cwd, session, agent } = await cutOff('killed');
    await rewrite(cwd, session.id, (lines) => [...lines, '{"cut']);
    expect(await agent.canResume?.('e1', session.id)).toBe(true);
    await rewrite(cwd, session.id, ([first = '', ...lines]) => [first.slice(0, 20), ...lines]);
    expect(await agent.canResume?.('e1', session.id)).toBe(false);
  });
});

/** Writes the transcript of a conversation anew, from the lines that it has. */
async function rewrite(cwd: string, id: string, change: (lines: string[]) => string[]): Promise<void> {
  const home = dirname(cwd);
  const names = await readdir(home, { recursive: true });
  const file = names.find((name) => name.endsWith(`${id}.jsonl`));
  if (file === undefined) throw new Error(`There is no transcript of ${id}.`);
  const lines = (await readFile(join(home, file), 'utf8')).split('\n');
  await writeFile(join(home, file), change(lines).join('\n'));
}

describe('a conversation that cannot be resumed', () => {
  const refused = async (reply: ReturnType<typeof httpError>, options = {}) => {
    const { cwd, session } = await cutOff('killed');
    const model = await harness.model(() => reply);
    const { run } = await harness.start('Do the thing.', model, {
      cwd,
      session: { ...session, resumed: true },
      options,
    });
    return await run.ended;
  };

  it.each([
    [400, '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.'],
    [400, '`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1'],
    [400, 'messages: roles must alternate between "user" and "assistant"'],
    [400, 'messages.1.content.0: Invalid `signature` in `thinking` block'],
    [400, 'messages.3.content.1.image.source.base64.data: At least one of the image dimensions is too large'],
    [400, 'prompt is too long: 214000 tokens > 200000 maximum'],
    [413, 'Request exceeds the maximum size'],
  ])('because the API answers %i, %s, is not the fault of the task', async (status, message) => {
    expect(await refused(httpError(status, message))).toMatchObject({ outcome: 'conversation_lost' });
  });

  it('after it was resumed, and the model has answered, is not either', async () => {
    const { cwd, session } = await cutOff('killed');
    const model = await harness.model((request) =>
      JSON.stringify(request.messages).includes('echo again')
        ? httpError(400, 'messages: roles must alternate')
        : useTool('Bash', { command: 'echo again' }),
    );
    const more = { cwd, session: { ...session, resumed: true } };
    const { run } = await harness.start('Do the thing.', model, more);
    expect(await run.ended).toMatchObject({ outcome: 'conversation_lost' });
  });

  it('because Claude Code does not know it, is not either', async () => {
    const model = await harness.model(() => say('Done.'));
    const { run } = await harness.start('Do the thing.', model, {
      session: { id: randomUUID(), resumed: true },
    });
    expect(await run.ended).toMatchObject({
      outcome: 'conversation_lost',
      message: expect.stringContaining('No conversation found'),
    });
  });

  it.each([
    ['empty', () => []],
    ['no JSON', (lines: string[]) => lines.map((line) => line.slice(0, 20))],
  ] as const)('because its transcript is %s, is not either', async (_, change) => {
    const { cwd, session } = await cutOff('killed');
    await rewrite(cwd, session.id, change);
    const model = await harness.model(() => say('Done.'));
    const more = { cwd, session: { ...session, resumed: true } };
    const { run } = await harness.start('Do the thing.', model, more);
    expect(await run.ended).toMatchObject({ outcome: 'conversation_lost' });
  });

  it('is none when the credential, or the model, is what is refused', async () => {
    expect(await refused(httpError(401))).toMatchObject({ outcome: 'auth_failed' });
    expect(await refused(httpError(404, 'model: claude-none'))).toMatchObject({ outcome: 'model_not_found' });
    expect(await refused(httpError(529))).toMatchObject({ outcome: 'overloaded' });
  });
});

it('a request of a new conversation that is refused is the fault of the task', async () => {
  const model = await harness.model(() => httpError(400, 'messages: roles must alternate'));
  const session = { id: randomUUID(), resumed: false };
  const { run } = await harness.start('Do the thing.', model, { session });
  expect(await run.ended).toMatchObject({ outcome: 'invalid_request' });
});
