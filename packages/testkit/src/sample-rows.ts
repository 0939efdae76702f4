import type { HistoryRow } from '@cc-executor/contracts';

/** Returns a history row of a command that took a second; `minute`: when it ended on 1 May 2026. */
export function sampleRow(minute: number, row: Partial<HistoryRow> = {}): HistoryRow {
  const ended = Date.UTC(2026, 4, 1, 0, minute);
  return {
    schema: 1,
    execution_id: 'e',
    task: 1,
    attempt: 1,
    kind: 'command',
    description: 'true',
    agent: 'command',
    model: null,
    status: 'completed',
    outcome: 'completed',
    counts: true,
    exit_code: 0,
    started_at: new Date(ended - 1000).toISOString(),
    ended_at: new Date(ended).toISOString(),
    duration: 1,
    expected: null,
    turns: null,
    input_tokens: null,
    output_tokens: null,
    cache_read_tokens: null,
    cache_creation_tokens: null,
    cost_usd: null,
    load_per_core: 0.5,
    cpu_busy: 0.25,
    available_memory: 1024 ** 3,
    gpu_busy: null,
    ...row,
  };
}
