import { describe, expect, it } from 'vitest';
import { makeRecord, runsApart } from '../src/index.ts';
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
});
