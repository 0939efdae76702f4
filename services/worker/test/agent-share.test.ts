import { describe, expect, it } from 'vitest';
import { shareOf } from '../src/agent-share.ts';

const worker = (name: string, { agents = 4, scope = 'host a', running = 0 } = {}) => ({
  worker: name,
  // In the order of their names.
  since: `2026-05-05T12:00:0${name}.000Z`,
  budget: { scope, agents },
  lanes: { prompts: { slots: 0, running }, commands: { slots: 16, running: 9 } },
});
const shares = (all: ReturnType<typeof worker>[]) => all.map((one) => shareOf(one, all));

describe('the agents of a host', () => {
  it('are shared among its workers, and none too many', () => {
    expect(shares([worker('1')])).toEqual([4]);
    expect(shares([worker('1'), worker('2')])).toEqual([2, 2]);
    expect(shares([worker('1'), worker('2'), worker('3')])).toEqual([2, 1, 1]);
    expect(shares(['1', '2', '3', '4', '5', '6'].map((name) => worker(name)))).toEqual([1, 1, 1, 1, 0, 0]);
  });

  it('are not those of another host or login', () => {
    expect(shares([worker('1'), worker('2', { scope: 'host b' })])).toEqual([4, 4]);
  });

  it('are given to a newcomer only when they are not in use', () => {
    const [old, late] = [worker('1', { running: 4 }), worker('2')];
    expect(shares([old, late])).toEqual([2, 0]);
    expect(shares([worker('1', { running: 3 }), late])).toEqual([2, 1]);
    expect(shares([worker('1', { running: 1 }), late])).toEqual([2, 2]);
  });

  it('are as few as the most careful of them says', () => {
    expect(shares([worker('1', { agents: 1 }), worker('2', { agents: 8 })])).toEqual([1, 0]);
  });

  it('count a worker that has not announced itself yet', () => {
    expect(shareOf(worker('2'), [worker('1')])).toBe(2);
  });
});
