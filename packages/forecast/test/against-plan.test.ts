import { expect, test } from 'vitest';
import { againstPlan } from '../src/index.ts';

const NOW = new Date('2026-05-05T12:00:00Z');
const reading = { limit: 'five_hour', used: 0.6, resets_at: '2026-05-05T13:00:00.000Z', per_usd: 0.1 };
const list = { cost_usd: 2, without_history: 0 };

test('what a list needs is reported in parts of the limit', () => {
  const [plan] = againstPlan(list, [reading], NOW) ?? [];
  expect(plan).toEqual({
    limit: 'five_hour',
    used: 0.6,
    resets_at: reading.resets_at,
    needed: 0.2,
    fits: true,
  });
  expect(againstPlan({ ...list, cost_usd: 4 }, [reading], NOW)).toMatchObject([{ needed: 0.4, fits: false }]);
});

test('what is not known is not said to fit', () => {
  const unknown = [
    againstPlan({ ...list, cost_usd: null }, [reading], NOW),
    againstPlan(list, [{ ...reading, per_usd: null }], NOW),
    againstPlan({ ...list, without_history: 1 }, [reading], NOW),
  ];
  expect(unknown.map((plan) => plan?.[0]?.fits)).toEqual([null, null, null]);
  expect(againstPlan({ ...list, cost_usd: null }, [{ ...reading, used: 1 }], NOW)).toMatchObject([
    { fits: false },
  ]);
});

test('a window that has ended is ignored', () => {
  expect(againstPlan(list, [{ ...reading, resets_at: '2026-05-05T11:59:59.000Z' }], NOW)).toBeNull();
  expect(againstPlan(list, [], NOW)).toBeNull();
});
