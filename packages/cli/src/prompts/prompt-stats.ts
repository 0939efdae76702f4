import type { HistoryRow } from '@cc-executor/sdk';

interface Counts {
  attempts: number;
  succeeded: number;
  failed: number;
  /** The outcomes of failed ones. */
  failures: Record<string, number>;
}

const none = (): Counts => ({ attempts: 0, succeeded: 0, failed: 0, failures: {} });

/** Counts the outcomes of prompts. Attempts that were cancelled, or do not count against their task, are neither. */
export class PromptStats {
  readonly #all = none();
  readonly #byPrompt = new Map<string, Counts>();

  take({ kind, description, status, outcome, counts }: HistoryRow): void {
    if (kind !== 'prompt') return;
    const own = this.#byPrompt.get(description) ?? none();
    this.#byPrompt.set(description, own);
    for (const each of [this.#all, own]) {
      each.attempts += 1;
      if (status === 'completed') each.succeeded += 1;
      else if (counts && status !== 'cancelled') {
        each.failed += 1;
        each.failures[outcome] = (each.failures[outcome] ?? 0) + 1;
      }
    }
  }

  /** Returns the totals of all prompts, and the `top` ones with the most attempts. */
  summary(top: number) {
    const prompts = [...this.#byPrompt].map(([prompt, counts]) => ({ prompt, ...counts }));
    return { ...this.#all, prompts: prompts.toSorted((a, b) => b.attempts - a.attempts).slice(0, top) };
  }
}

export type PromptSummary = ReturnType<PromptStats['summary']>;
