import { describe, expect, it } from 'vitest';
import { httpError, processIsAlive, say, turnOf, useTool } from '@cc-executor/testkit';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();

describe('an answer', () => {
  it('is streamed as it is generated, and given whole at the end', async () => {
    const usage = { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 30 };
    const model = await harness.model(() => say('It is done. Große 漢字.', { chunk: 5, usage }));
    const { run, of, text, messages } = await harness.start('do it', model);
    const end = await run.ended;
    expect(end).toMatchObject({
      outcome: 'completed',
      message: null,
      exit_code: null,
      signal: null,
      result: 'It is done. Große 漢字.',
      turns: 1,
      usage: { input_tokens: 100, output_tokens: 20, cache_read_tokens: 30, cache_creation_tokens: 0 },
    });
    expect(end.cost_usd).toBeGreaterThan(0);
    expect(end.agent_version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(of('agent.delta').map((delta) => delta.text)).toEqual(['It is', ' done', '. Gro', 'ße 漢字', '.']);
    expect(text('stdout')).toBe('It is done. Große 漢字.');
    expect(of('agent.text')).toMatchObject([{ text: 'It is done. Große 漢字.', raw: { type: 'assistant' } }]);
    expect(of('agent.init')).toMatchObject([
      { session_id: end.session_id, model: end.model, version: end.agent_version },
    ]);
    expect(of('agent.init')[0]?.tools).toEqual(expect.arrayContaining(['Bash', 'Edit', 'Grep', 'Task']));
    expect(of('agent.init')[0]?.tools).not.toContain('CronCreate');
    expect(of('agent.init')[0]?.capabilities).toContain('interrupt_receipt_v1');
    expect(of('agent.result')).toMatchObject([{ subtype: 'success', is_error: false }]);
    expect(messages.some((message) => message.type === 'stream_event')).toBe(false);
    expect(messages.at(-1)).toMatchObject({ type: 'result', subtype: 'success' });
  });

  it('keeps characters whole, whatever the pieces in which they came', async () => {
    const answer = '👩‍👩‍👧‍👦 é 漢字 \u2028 \u2029 \r\n "quoted" \\ 🇩🇪'.repeat(20);
    const model = await harness.model(() => say(answer, { chunk: 1 }));
    const { run, of, text } = await harness.start('say it', model);
    expect((await run.ended).result).toBe(answer);
    expect(text('stdout')).toBe(answer);
    expect(
      of('agent.delta')
        .map((delta) => delta.text)
        .join(''),
    ).toBe(answer);
  });

  it('may be large: all of it is output, events carry the beginning', async () => {
    const answer = 'A long line of the answer, 漢字.\n'.repeat(30_000);
    const model = await harness.model(() => say(answer, { chunk: 4000 }));
    const { run, of, text, messages } = await harness.start('say it', model);
    expect((await run.ended).result === answer).toBe(true);
    expect(text('stdout') === answer).toBe(true);
    const [block] = of('agent.text');
    expect(JSON.stringify(block?.raw)).not.toContain('A long line');
    expect(block?.text).toMatch(/… \[\d+ bytes more, in the transcript\]$/);
    expect(JSON.stringify(messages).includes(JSON.stringify(answer))).toBe(true);
  });

  it('has a newline between blocks, and says nothing of sub-agents or errors', async () => {
    const model = await harness.model((request) =>
      turnOf(request) === 0 ? useTool('Bash', { command: 'true' }, 'First.') : httpError(400, 'no more'),
    );
    const { run, text } = await harness.start('go', model);
    expect(await run.ended).toMatchObject({ outcome: 'conversation_refused', result: null });
    expect(text('stdout')).toBe('First.');
  });

  it('is that of the model asked for, in its own conversation', async () => {
    const model = await harness.model(() => say('hello'));
    const cwd = await harness.workspace();
    const first = await harness.start('the first secret', model, {
      cwd,
      options: { model: 'claude-some-model' },
    });
    const one = await first.run.ended;
    const second = await harness.start('the second', model, { cwd });
    const two = await second.run.ended;
    expect(one.model).toBe('claude-some-model');
    expect(one.session_id).not.toBe(two.session_id);
    expect(model.requests.map(({ body }) => body.model)).toEqual(['claude-some-model', two.model]);
    expect(JSON.stringify(model.requests[1]?.body)).not.toContain('the first secret');
  });
});

describe('a sink', () => {
  it('holds the agent back while it is busy, and gets everything in order', async () => {
    const answer = Array.from({ length: 400 }, (_, index) => `${String(index)} `).join('');
    const model = await harness.model(() => say(answer, { chunk: 1 }));
    let busy = 0;
    let said = '';
    const { run } = await harness.start('say it', model, {
      sink: {
        async output(_, chunk) {
          expect(++busy).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          said += chunk.toString();
          busy -= 1;
        },
      },
    });
    await run.ended;
    expect(said).toBe(answer);
  });

  it('that fails ends the attempt, with nothing left running', async () => {
    const model = await harness.model(() => say('hello'));
    const { run, of } = await harness.start('go', model, {
      sink: { message: () => Promise.reject(new Error('disk full')) },
    });
    expect(await run.ended).toMatchObject({ outcome: 'agent_error', message: 'Error: disk full' });
    expect(processIsAlive(of('task.process')[0]?.pid ?? 0)).toBe(false);
  });
});
