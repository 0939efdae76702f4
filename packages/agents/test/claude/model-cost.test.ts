import { describe, expect, it } from 'vitest';
import { modelCost } from '../../src/index.ts';

const MILLION = 1_000_000;

describe('the cost of an answer', () => {
  it.each([
    ['claude-opus-4-1-20250805', 15, 75],
    ['claude-opus-4-20250514', 15, 75],
    ['claude-opus-4-6', 5, 25],
    ['claude-sonnet-4-5', 3, 15],
    ['claude-haiku-4-5', 1, 5],
    ['claude-3-5-haiku-latest', 0.8, 4],
    ['another-model', 5, 25],
  ])('of %s is $%d and $%d for a million tokens', (model, input, output) => {
    expect(modelCost(model, { input_tokens: MILLION })).toBeCloseTo(input);
    expect(modelCost(model, { output_tokens: MILLION })).toBeCloseTo(output);
  });

  it('counts what was cached by how long it is kept', () => {
    const usage = {
      input_tokens: 0,
      output_tokens: 0,
      cache_read_input_tokens: MILLION,
      cache_creation_input_tokens: 2 * MILLION,
      cache_creation: { ephemeral_1h_input_tokens: MILLION, ephemeral_5m_input_tokens: MILLION },
    };
    expect(modelCost('claude-sonnet-4-5', usage)).toBeCloseTo(3 * (0.1 + 1.25 + 2));
  });

  it.each([null, 'x', { input_tokens: -5 }, { output_tokens: 1e99 }])('of %j is none', (usage) => {
    expect(modelCost('claude-sonnet-4-5', usage)).toBe(0);
  });
});
