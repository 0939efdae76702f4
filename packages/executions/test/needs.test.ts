import { describe, expect, it } from 'vitest';
import { graphOf, makeRecord, runsApart, runsBeside, submissionOf } from '../src/index.ts';
import { ExecuteRequest } from '@cc-executor/contracts';

const request = ExecuteRequest.parse({
  tasks: [
    { command: 'true', needs: [] },
    { command: 'true', needs: [] },
  ],
});
const record = (place?: Parameters<typeof makeRecord>[3]) => makeRecord(request, 'apart', new Date(), place);

describe('tasks that do not need one another', () => {
  it('may run at the same time, in containers too', () => {
    expect(runsApart(record())).toBe(true);
    expect(runsApart(record({ isolation: 'container' }))).toBe(true);
  });

  it('need no copies where they are shared', () => {
    const of = (needs: number[], more = {}) => ({ command: 'true', needs, ...more });
    const shared = { shared: true };
    const tasks = [of([]), of([1], shared), of([1]), of([2, 3], shared)];
    const made = makeRecord(ExecuteRequest.parse({ tasks }), 'shared', new Date());
    expect([...graphOf(made.tasks).beside]).toEqual([2, 3]);
    expect([...graphOf(made.tasks).apart]).toEqual([3]);
    expect(submissionOf(made).tasks[1]).toMatchObject(shared);
    const alone = makeRecord(
      ExecuteRequest.parse({ tasks: [of([], shared), of([], shared)] }),
      'alone',
      new Date(),
    );
    expect([runsApart(alone), runsBeside(alone)]).toEqual([false, true]);
  });
});
