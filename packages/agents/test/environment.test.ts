import { expect, it } from 'vitest';
import { attemptEnvironment } from '../src/environment.ts';

const task = { executionId: 'x', task: 1, attempt: 1, variables: {} };

it('Python programs of tasks print at once, where the user does not say otherwise', () => {
  expect(attemptEnvironment({}, task)).toMatchObject({ PYTHONUNBUFFERED: '1' });
  expect(attemptEnvironment({ PYTHONUNBUFFERED: '' }, task)).toMatchObject({ PYTHONUNBUFFERED: '' });
});
