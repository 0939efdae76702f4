import {
  OUTCOMES,
  type AttemptEnd,
  type ExecutionEvent,
  type NotificationName,
  type NotificationParams,
} from '@cc-executor/contracts';
import { chunksOf } from './chunks.ts';

/** A notification with its name and its params. */
export type Told = { [N in NotificationName]: [name: N, params: NotificationParams<N>] }[NotificationName];

/**
 * Returns the notifications for an event, as reported to clients of processes; none for most events. `truncated`:
 * output right before the event was trimmed.
 */
export function* processNotifications(event: ExecutionEvent, truncated: boolean): Generator<Told> {
  const { execution_id, seq, task = 1, attempt = 1 } = event;
  const about = { execution_id, seq };
  const place = { ...about, task, attempt };
  switch (event.type) {
    case 'task.process':
      return yield ['process.started', { ...place, ...event.data }];
    case 'task.container':
      return yield ['process.started', { ...place, pid: null, pgid: null }];
    case 'task.output':
      return yield* output(place, event.data, truncated);
    case 'agent.delta':
      return yield* output(place, { stream: 'stdout', data: event.data.text }, truncated);
    case 'agent.limit':
      if (event.data.status === 'rejected') yield ['error.rate_limit_exceeded', { ...place, message: LIMIT }];
      return;
    case 'hook.warning':
      return yield ['hook.warning', { ...about, ...event.data }];
    case 'execution.paused':
      return yield ['process.paused', { ...about, reason: event.data.reason }];
    case 'execution.resumed':
      return yield ['process.resumed', about];
    case 'execution.cancelling':
      return yield ['process.canceled', { ...about, reason: event.data.reason }];
    case 'task.completed':
    case 'task.failed':
    case 'task.timed_out':
    case 'task.cancelled':
      return yield* completed(place, event.data);
    case 'task.skipped': {
      const status = event.data.reason === 'cancelled' ? 'cancelled' : 'skipped';
      const rest = { exit_code: null, signal: null, error: null, execution_time: null };
      return yield ['process.completed', { ...about, task, status, ...rest }];
    }
    default:
  }
}

type Place = Pick<NotificationParams<'process.output'>, 'execution_id' | 'seq' | 'task' | 'attempt'>;
const LIMIT = 'The model refused: a usage limit of the plan is reached.';

function* output(
  place: Place,
  { stream, data, encoding }: { stream: 'stdout' | 'stderr'; data: string; encoding?: 'base64' | undefined },
  truncated: boolean,
): Generator<Told> {
  const chunks = chunksOf(data, encoding);
  const as = encoding ? { encoding } : {};
  for (const [chunk_index, part] of chunks.entries()) {
    const counted = { chunk_index, total_chunks: chunks.length };
    const cut = truncated && chunk_index === 0;
    yield ['process.output', { ...place, type: stream, data: part, ...as, truncated: cut, ...counted }];
  }
}

function* completed(place: Place, end: AttemptEnd): Generator<Told> {
  const message = end.message ?? '';
  if (end.outcome === 'prompt_too_long' || end.outcome === 'output_token_limit')
    yield ['error.token_limit_exceeded', { ...place, message }];
  if (end.outcome === 'usage_limit' || end.outcome === 'rate_limited')
    yield ['error.rate_limit_exceeded', { ...place, message }];
  const { exit_code, signal, message: error, execution_time } = end;
  const status = OUTCOMES[end.outcome].status;
  // An attempt that will be retried does not complete the process.
  if (status === 'pending') return;
  const warnings = end.warnings ? { warnings: end.warnings } : {};
  yield ['process.completed', { ...place, status, exit_code, signal, error, ...warnings, execution_time }];
}
