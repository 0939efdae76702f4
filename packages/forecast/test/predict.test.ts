import { describe, expect, test } from 'vitest';
import { memory } from './memory.ts';

const PROMPT = 'Write tests for billing';

describe('with no history', () => {
  test.each([
    ['What is 2+2?', 15, 45],
    ['Explain how the parser works', 60, 180],
    [PROMPT, 180, 540],
    ['Plan the migration to PostgreSQL 17', 360, 1080],
    ['Design the architecture of a chat system', 900, 2700],
  ])('"%s" takes the default: %d s, at most %d s', (text, expected, limit) => {
    const { prediction } = memory().ask(text);
    expect(prediction).toMatchObject({
      expected,
      limit,
      confidence: 0,
      based_on: { level: 'defaults', runs: 0 },
    });
  });

  test('a task is never given more than its own timeout', () => {
    const { prediction } = memory().ask(PROMPT, { timeout: 100 });
    expect(prediction).toMatchObject({ expected: 100, likely: 100, limit: 100 });
  });
});

test('what is extreme is not expected to take a moment because other tasks did', () => {
  const history = memory();
  history.run(
    'What is 2+2?',
    Array.from({ length: 46 }, () => 3),
  );
  const { prediction } = history.ask('Design the architecture of a chat system');
  expect(prediction.expected).toBeGreaterThanOrEqual(200);
  expect(prediction.likely).toBeGreaterThan(prediction.expected);
});

test('a kind that has run is known by its own runs', () => {
  const history = memory();
  history.run(PROMPT, [100, 130, 90, 110, 120, 95, 105, 140, 100, 115]);
  const { prediction } = history.ask('Write tests for the login');
  expect(prediction.expected).toBeGreaterThan(95);
  expect(prediction.expected).toBeLessThan(120);
  expect(prediction.likely).toBeGreaterThan(125);
  expect(prediction.based_on).toMatchObject({ level: 'signature', runs: 10 });
  expect(prediction.based_on.text).toContain('10 runs of this kind of task');
});

test('a rare long run does not become the expectation', () => {
  const history = memory();
  history.run(PROMPT, [100, 110, 90, 105, 95, 2000, 100, 98, 104, 101, 3000, 99]);
  expect(history.ask(PROMPT).prediction.expected).toBeLessThan(130);
});

test('a run that was ended early counts as at least as long: limits do not shrink what is known', () => {
  const history = memory();
  history.run(
    PROMPT,
    Array.from({ length: 10 }, () => 300),
  );
  const before = history.ask(PROMPT).prediction;
  history.run(
    PROMPT,
    Array.from({ length: 30 }, () => 20),
    { whole: false },
  );
  const after = history.ask(PROMPT).prediction;
  expect(after.expected).toBeGreaterThan(0.9 * before.expected);
  expect(after.limit).toBeGreaterThan(5 * before.expected);
});

test('where every run was ended at the limit, more is expected, not less', () => {
  const history = memory();
  history.run(
    PROMPT,
    Array.from({ length: 20 }, () => 60),
    { whole: false },
  );
  expect(history.ask(PROMPT).prediction.limit).toBeGreaterThan(60);
});

test('a faster model is noticed, in kinds that it has not run yet as well', () => {
  const history = memory();
  for (let round = 0; round < 12; round++) {
    history.run(PROMPT, [200]);
    history.run('Explain how the parser works', [40]);
  }
  history.run(
    PROMPT,
    Array.from({ length: 40 }, () => 100),
  );
  expect(history.ask(PROMPT).prediction.expected).toBeLessThan(130);
  expect(history.ask('Explain how the parser works').prediction.expected).toBeLessThan(32);
});

test('at a high load more is expected', () => {
  const history = memory();
  for (let round = 0; round < 40; round++)
    history.run(PROMPT, [round % 2 ? 100 : 190], { load: round % 2 ? 0.5 : 2 });
  const [idle, busy] = [history.ask(PROMPT, { load: 0.5 }), history.ask(PROMPT, { load: 2 })];
  expect(busy.prediction.expected).toBeGreaterThan(1.4 * idle.prediction.expected);
});

test('a limit is never below the floor, however short the runs were', () => {
  const history = memory();
  history.run(
    'What is 2+2?',
    Array.from({ length: 60 }, () => 0.2),
  );
  expect(history.ask('What is 2+2?').prediction.limit).toBe(30);
});

test('tokens and cost are those of earlier runs; without any they are not known', () => {
  const history = memory();
  expect(history.ask(PROMPT).prediction).toMatchObject({ tokens: null, cost_usd: null });
  history.run(PROMPT, [100, 100, 100], { tokens: 5000, cost: 0.25 });
  expect(history.ask(PROMPT).prediction).toMatchObject({ tokens: 5000, cost_usd: 0.25 });
});

test.each([-1, NaN, Infinity, 1e12])('a run of %d s is no run: nothing is learnt from it', (seconds) => {
  const history = memory();
  history.run(PROMPT, [100, 100, 100, 100]);
  const before = history.ask(PROMPT).prediction;
  history.run(PROMPT, [seconds]);
  expect(history.ask(PROMPT).prediction).toEqual(before);
});

test('a load, a silence or a cost that cannot be spoils nothing', () => {
  const history = memory();
  history.run(PROMPT, [100, 100, 100, 0], { load: NaN, silence: -5, tokens: Infinity, cost: -1 });
  const { prediction } = history.ask(PROMPT, { load: -3 });
  expect(Object.values(prediction).every((value) => value !== Infinity && !Number.isNaN(value))).toBe(true);
  expect(prediction).toMatchObject({ tokens: null, cost_usd: null });
});

test('runs that were predicted before anything was known, and came out far off, mislead nothing', () => {
  const history = memory();
  history.run(
    PROMPT,
    Array.from({ length: 25 }, () => 0.05),
    {},
    history.ask(PROMPT).mark,
  );
  history.run(PROMPT, [0.05, 0.06, 0.04]);
  const { expected, likely } = history.ask(PROMPT).prediction;
  expect(expected).toBeGreaterThan(0.03);
  expect(expected).toBeLessThan(0.08);
  expect(likely).toBeLessThan(0.3);
});
