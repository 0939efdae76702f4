import { bareEnd } from '@cc-executor/agents';
import type { AttemptEnd } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { refusedAlike } from '../src/attempts/refused-alike.ts';

const refused = (message: string, outcome: 'invalid_request' | 'completed' = 'invalid_request') =>
  bareEnd(outcome, message);
const ended = (end: ReturnType<typeof refused>) => ({ end: end as AttemptEnd });

describe('a prompt whose first request is refused', () => {
  it('is not blamed when the two before were refused in the same words, whatever their numbers', () => {
    const before = [1, 2].map((n) =>
      ended(refused(`API Error: 400 no (req_011CSHo${String(n)}) at ${String(n)}`)),
    );
    expect(refusedAlike(refused('API Error: 400 no (req_011CSHo9) at 9'), before).outcome).toBe(
      'all_refused',
    );
  });

  it('is blamed when one of them was refused in other words, has ended otherwise, or is missing', () => {
    const [same, other] = [ended(refused('no')), ended(refused('never'))];
    const done = ended(refused('no', 'completed'));
    for (const before of [[same, other], [other, same], [same, done], [same], [], [same, { end: null }]])
      expect(refusedAlike(refused('no'), before).outcome).toBe('invalid_request');
  });
});
