import { describe, expect, it } from 'vitest';
import {
  CcError,
  ERRORS,
  EVENTS,
  EXECUTION_STATUSES,
  EXECUTION_TRANSITIONS,
  isLastEvent,
  isTerminal,
  statesBefore,
  transition,
} from '../src/index.ts';

describe('the states of an execution', () => {
  it('can all be reached from queued', () => {
    const reached = new Set(['queued']);
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const from of EXECUTION_STATUSES)
        if (reached.has(from)) for (const to of EXECUTION_TRANSITIONS[from]) reached.add(to);
    }
    expect([...reached].toSorted()).toEqual([...EXECUTION_STATUSES].toSorted());
  });

  it('can all be ended by a cancel, unless they are ends', () => {
    const notEnds = EXECUTION_STATUSES.filter((status) => !isTerminal(status) && status !== 'cancelling');
    expect(statesBefore('cancelling').toSorted()).toEqual(notEnds.toSorted());
  });

  it('refuse what the table does not have, and name the state', () => {
    expect(() => transition('completed', 'running')).toThrow(
      new CcError('ILLEGAL_STATE', "An execution that is completed can't become running.", {
        status: 'completed',
      }),
    );
    expect(transition('running', 'cancelling')).toBe('cancelling');
  });

  it('end with one event each', () => {
    const ends = EXECUTION_STATUSES.filter(isTerminal).map((status) => `execution.${status}`);
    expect(Object.keys(EVENTS).filter(isLastEvent).toSorted()).toEqual(ends.toSorted());
  });
});

describe('the table of errors', () => {
  it('gives every code its own number', () => {
    const numbers = Object.values(ERRORS).map(({ rpc }) => rpc);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('keeps the numbers that clients of cc_executor know', () => {
    const { COMMAND_NOT_ALLOWED, EXECUTION_NOT_FOUND, SESSION_LIMIT, TOKEN_LIMIT, BUSY } = ERRORS;
    const known = [COMMAND_NOT_ALLOWED, EXECUTION_NOT_FOUND, SESSION_LIMIT, TOKEN_LIMIT, BUSY];
    expect(known.map(({ rpc }) => rpc)).toEqual([-32001, -32002, -32003, -32004, -32005]);
  });

  it('has no server fault among what a client does wrong', () => {
    const servers = Object.entries(ERRORS).filter(([, { status }]) => status >= 500);
    expect(servers.map(([code]) => code)).toEqual([
      'INTERNAL',
      'SESSION_LIMIT',
      'SNAPSHOTS_UNAVAILABLE',
      'STORE_UNAVAILABLE',
      'NOT_READY',
    ]);
  });
});
