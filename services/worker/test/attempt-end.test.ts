import { bareEnd } from '@cc-executor/agents';
import { expect, it } from 'vitest';
import { attemptEnd } from '../src/attempts/attempt-end.ts';

const bytes = { stdout: 0, stderr: 0 };
const time = { seconds: 1, pausedSeconds: 0 };
const long = 'x'.repeat(1024 * 1024);

it('stores bounded texts of foreign servers, whichever they are', () => {
  const end = { ...bareEnd('tool_failed', long), model: long, agent_version: long, result: long };
  const { message, model, agent_version: version, result, result_truncated } = attemptEnd(end, bytes, time);
  expect([message, model, version].map((text) => text?.length)).toEqual([4096, 200, 200]);
  expect(message?.at(-1)).toBe('…');
  expect([result?.length, result_truncated]).toEqual([64 * 1024, true]);
});

it('stores no half character, and what is within the bounds as it is', () => {
  const kept = { model: 'm'.repeat(200), agent_version: null };
  const message = `${'x'.repeat(4094)}\u{1f600}\u{1f600}`;
  expect(attemptEnd({ ...bareEnd('server_error', message), ...kept }, bytes, time)).toMatchObject({
    message: `${'x'.repeat(4094)}…`,
    ...kept,
  });
});

it('has the time of pauses apart from its own', () => {
  expect(
    attemptEnd(bareEnd('completed', null), bytes, { seconds: 2.0004, pausedSeconds: 60.25 }),
  ).toMatchObject({
    execution_time: 2,
    paused_time: 60.25,
  });
  expect(attemptEnd(bareEnd('completed', null), bytes, time)).not.toHaveProperty('paused_time');
});
