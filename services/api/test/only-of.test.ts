import type { Followed } from '@cc-executor/executions';
import { expect, it } from 'vitest';
import { onlyOf } from '../src/only-of.ts';

const event = (seq: number, type: string, task?: number) => ({
  seq,
  type,
  json: JSON.stringify({ seq, type, task }),
});
const log: Followed = {
  kind: 'events',
  events: [
    event(1, 'execution.queued'),
    event(2, 'task.started', 1),
    event(3, 'task.output', 1),
    event(4, 'task.started', 2),
    event(5, 'agent.text', 2),
    event(6, 'task.completed', 2),
    event(7, 'execution.completed'),
  ],
};
const seqs = (followed: Followed) =>
  followed.kind === 'events' ? followed.events.map(({ seq }) => seq) : followed.kind;

it.each([
  [{ output: 'true' }, [1, 2, 3, 4, 5, 6, 7]],
  [{ output: 'false' }, [1, 2, 4, 6, 7]],
  [{ output: 'true', task: 2 }, [1, 4, 5, 6, 7]],
  [{ output: 'false', task: 1 }, [1, 2, 7]],
])('a follower gets what it asked for, and always the last event: %j', (query, expected) => {
  expect(seqs(onlyOf(query)(log))).toEqual(expected);
});

it('a gap and a reset concern every follower', () => {
  const only = onlyOf({ output: 'false', task: 9 });
  expect(seqs(only({ kind: 'gap', from: 1, to: 2 }))).toBe('gap');
  expect(seqs(only({ kind: 'reset', epoch: 'e' }))).toBe('reset');
});
