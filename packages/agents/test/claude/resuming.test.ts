import { randomUUID } from 'node:crypto';
import { hang, say, turnOf, useTool, waitFor } from '@cc-executor/testkit';
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
  return { cwd, model, session, cost_usd, seen: () => seen };
}

describe('a conversation that was cut off', () => {
  it.each(['killed', 'stopped'] as const)('by an agent that was %s is gone on with', async (how) => {
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
    for (const part of ['Do the thing.', 'I begin.', 'Your process was ended'])
      expect(seen()).toContain(part);
  });

  it('is not one when nothing was said in it, or when nobody knows it', async () => {
    const model = await harness.model(() => hang());
    const session = { id: randomUUID(), resumed: false };
    const { run, of, agent } = await harness.start('Never answer.', model, { session });
    await waitFor(() => of('agent.init').length === 1);
    run.stop('drained');
    await run.ended;
    expect(await agent.canResume?.('e1', session.id)).toBe(false);
    expect(await agent.canResume?.('e1', randomUUID())).toBe(false);
  });
});
