import type { Usage } from '@cc-executor/contracts';
import { fieldsOf, tokensOr } from '../../lines/foreign.ts';

type Counts = Readonly<Record<string, unknown>>;

/** Counts the tokens of one turn: Codex reports those of the whole thread, which earlier attempts have paid for in part. */
export class TurnUsage {
  /** The usage of the thread before this turn. */
  #before: Usage | null = null;

  /** Returns what the turn has used, by one report of Codex; null: the report is of an earlier turn, or has no numbers. */
  take(report: Counts, isOfTurn: boolean): Usage | null {
    const total = usageOf(fieldsOf(report['total']));
    if (total === null) return null;
    if (!isOfTurn) {
      this.#before = total;
      return null;
    }
    const last = usageOf(fieldsOf(report['last']));
    this.#before ??= last === null ? NOTHING : less(total, last);
    return less(total, this.#before);
  }
}

const NOTHING: Usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 };

function less(total: Usage, before: Usage): Usage {
  const of = (name: keyof Usage) => Math.max(0, total[name] - before[name]);
  return {
    input_tokens: of('input_tokens'),
    output_tokens: of('output_tokens'),
    cache_read_tokens: of('cache_read_tokens'),
    cache_creation_tokens: of('cache_creation_tokens'),
  };
}

function usageOf(usage: Counts): Usage | null {
  const [input, output] = [tokensOr(usage['inputTokens']), tokensOr(usage['outputTokens'])];
  if (input === null || output === null) return null;
  const cached = Math.min(input, tokensOr(usage['cachedInputTokens']) ?? 0);
  return {
    input_tokens: input - cached,
    output_tokens: output,
    cache_read_tokens: cached,
    cache_creation_tokens: 0,
  };
}
