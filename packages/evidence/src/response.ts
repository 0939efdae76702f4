import type { AttemptEnd } from '@cc-executor/contracts';
import { toDocument, type Document } from './document.ts';

/** The input of a response file. */
export interface ResponseInput {
  execution_id: string;
  execution_uuid: string | null;
  task: number;
  attempt: number;
  /** The submitted text. */
  text: string;
  /** When it ended; RFC 3339. */
  ended_at: string;
  end: Omit<AttemptEnd, 'receipt'>;
  /** The starts of its outputs; the complete ones are beside the file. */
  output: Record<'stdout' | 'stderr', { text: string; isWhole: boolean }>;
}

/** Returns the results of a task as one JSON document. Its last key is the execution's UUID. */
export function makeResponse({ end, output, ...asked }: ResponseInput): Document {
  return toDocument({
    execution_id: asked.execution_id,
    task_number: asked.task,
    attempt: asked.attempt,
    session_id: end.session_id,
    timestamp: asked.ended_at,
    task: asked.text,
    success: end.outcome === 'completed',
    outcome: end.outcome,
    message: end.message,
    output: output.stdout.text,
    error: output.stderr.text,
    truncated: !output.stdout.isWhole || !output.stderr.isWhole || end.result_truncated,
    return_code: end.exit_code,
    result: end.result,
    json: end.json,
    execution_time: end.execution_time,
    raw: { output: 'stdout', error: 'stderr', result: 'result' },
    execution_uuid: asked.execution_uuid,
  });
}
