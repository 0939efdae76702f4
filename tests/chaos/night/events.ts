import type { OutcomeCode } from '@cc-executor/contracts';

/** A stored event, as far as a night looks at it. */
export interface NightEvent {
  seq: number;
  at: string;
  type: string;
  task?: number;
  attempt?: number;
  data: Record<string, unknown>;
}

/** How the attempts ended. */
export function outcomesOf(events: readonly NightEvent[]): OutcomeCode[] {
  return events.flatMap(({ type, data }) =>
    /^task\.(completed|failed|interrupted|retrying|timed_out|cancelled)$/.test(type)
      ? [data['outcome'] as OutcomeCode]
      : [],
  );
}
