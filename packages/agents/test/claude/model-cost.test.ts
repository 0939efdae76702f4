import { describe, expect, it } from 'vitest';
import { modelCost } from '../../src/index.ts';

const MILLION = 1_000_000;

describe('the cost of an answer', () => {
  it.each([
    ['claude-opus-4-1-20250805', 15, 75, 1.5],
    ['claude-opus-4-20250514', 15, 75, 1.5],
    ['claude-opus-4-0', 15, 75, 1.5],
    ['claude-3-opus-20240229', 15, 75, 1.5],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 15, 75, 1.5],
    ['claude-opus-4-6', 5, 25, 0.5],
    ['claude-opus-4-5@20251101', 5, 25, 0.5],
    ['claude-opus-5', 5, 25, 0.5],
    ['claude-opus-5-5', 4, 20, 0.2],
    ['claude-fable-5', 10, 50, 1],
    ['claude-fable-5-1', 10, 50, 0.25],
    ['claude-mythos-5-2', 8, 40, 0.2],
    ['claude-sonnet-4-5', 3, 15, 0.3],
    ['claude-sonnet-4-20250514', 3, 15, 0.3],
    ['claude-3-7-sonnet-latest', 3, 15, 0.3],
    ['claude-sonnet-5', 2, 10, 0.2],
    ['claude-sonnet-5-5-20261001', 2, 10, 0.1],
    ['claude-haiku-4-5', 1, 5, 0.1],
    ['claude-3-5-haiku-latest', 0.8, 4, 0.08],
    ['claude-3-haiku-20240307', 0.25, 1.25, 0.025],
  ])('of %s is $%d and $%d for a million tokens, and $%d of cached ones', (model, input, output, read) => {
    expect(modelCost(model, { input_tokens: MILLION })).toEqual({ usd: input, isKnown: true });
    expect(modelCost(model, { output_tokens: MILLION }).usd).toBeCloseTo(output);
    expect(modelCost(model, { cache_read_input_tokens: MILLION }).usd).toBeCloseTo(read);
  });

  it.each(['another-model', 'claude-opus-9', 'claude-opus-4-12', 'claude-sonnet-45', ''])(
    'of %j is that of the dearest, and is said to be unknown',
    (model) => {
      expect(modelCost(model, { input_tokens: MILLION })).toEqual({ usd: 10, isKnown: false });
      expect(modelCost(model, { output_tokens: MILLION })).toEqual({ usd: 50, isKnown: false });
    },
  );

  it('counts what was cached by how long it is kept', () => {
    const usage = {
      input_tokens: 0,
      output_tokens: 0,
      cache_read_input_tokens: MILLION,
      cache_creation_input_tokens: 2 * MILLION,
      cache_creation: { ephemeral_1h_input_tokens: MILLION, ephemeral_5m_input_tokens: MILLION },
    };
    expect(modelCost('claude-sonnet-4-5', usage).usd).toBeCloseTo(3 * (0.1 + 1.25 + 2));
  });

  it('is higher for long prompts of some models, in the United States alone, and with searches', () => {
    const long = { input_tokens: 60_000, cache_read_input_tokens: 40_001, output_tokens: 1000 };
    expect(modelCost('claude-haiku-5-5', long).usd).toBeCloseTo(
      (60_000 * 0.5 + 40_001 * 0.05 + 2500) / MILLION,
    );
    const short = { ...long, cache_read_input_tokens: 40_000 };
    expect(modelCost('claude-haiku-5-5', short).usd).toBeCloseTo((60_000 * 0.1 + 400 + 500) / MILLION);
    const usage = { input_tokens: MILLION, inference_geo: 'us', server_tool_use: { web_search_requests: 3 } };
    expect(modelCost('claude-opus-5', usage).usd).toBeCloseTo(5.5 + 0.03);
  });

  it.each([null, 'x', { input_tokens: -5 }, { output_tokens: 1e99 }])('of %j is none', (usage) => {
    expect(modelCost('claude-sonnet-4-5', usage)).toEqual({ usd: 0, isKnown: true });
  });
});
