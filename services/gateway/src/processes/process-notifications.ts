import {
  OUTCOMES,
  type AttemptEnd,
  type EventData,
  type ExecutionEvent,
  type NotificationName,
  type NotificationParams,
} from '@cc-executor/contracts';
import { chunksOf } from './chunks.ts';

/** A notification with its name and its params. */
export type Notification = {
  [N in NotificationName]: [name: N, params: NotificationParams<N>];
}[NotificationName];

/** The earlier state on which the notifications of an event depend. */
export interface EarlierState {
  /** Output right before the event was trimmed. */
  truncated: boolean;
  /** The attempt that runs, or ran last, and why there is one; null: none has begun, or it is not known. */
  started: { task: number; attempt: number; reason: StartReason } | null;
}

type StartReason = NonNullable<NotificationParams<'process.started'>['reason']>;

/** Returns the notifications for an event, as reported to clients of processes; none for most events. */
export function* processNotifications(
  event: ExecutionEvent,
  { truncated, started }: EarlierState,
): Generator<Notification> {
  // A wait is one of the execution: it is for the attempt that ran last.
  const { execution_id, seq, task = started?.task ?? 1, attempt = started?.attempt ?? 1 } = event;
  const why = started && { reason: started.reason };
  const about = { execution_id, seq };
  const place = { ...about, task, attempt };
  switch (event.type) {
    case 'task.process':
      return yield ['process.started', { ...place, ...event.data, ...why }];
    case 'task.container':
      return yield ['process.started', { ...place, pid: null, pgid: null, ...why }];
    case 'task.output':
      return yield* output(place, event.data, truncated);
    case 'agent.delta':
      return yield* output(place, { stream: 'stdout', data: event.data.text }, truncated);
    case 'agent.retry':
      return yield* burst(place, event.data);
    case 'execution.waiting':
      return yield* wait(place, event.data, event.at);
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
/** HTTP: too many requests; and Anthropic's "overloaded". */
const BURSTS: ReadonlySet<number | null> = new Set([429, 529]);

/** The agent itself repeats its request soon. */
function* burst(place: Place, { delay, status }: EventData<'agent.retry'>): Generator<Notification> {
  if (!BURSTS.has(status)) return;
  const message = `The model answered ${String(status)}; the request is repeated in ${String(delay)} s.`;
  const about = { error_type: 'rate_limit_429' as const, retry_after: delay, recoverable: true };
  yield ['error.rate_limit_exceeded', { ...place, message, ...about }];
}

const WAITS = {
  burst: { error_type: 'rate_limit_429', said: 'The model answers too many requests at the moment.' },
  usage_limit: { error_type: 'usage_limit', said: 'A usage limit of the plan is reached.' },
} as const;

/** The attempt has ended, and the next one begins at a known time. */
function* wait(
  place: Place,
  { reason, until, message }: EventData<'execution.waiting'>,
  at: string,
): Generator<Notification> {
  if (reason !== 'burst' && reason !== 'usage_limit') return;
  const { error_type, said } = WAITS[reason];
  const retry_after = Math.max(0, (Date.parse(until) - Date.parse(at)) / 1000);
  const about = { error_type, retry_after, resets_at: until, recoverable: true };
  yield ['error.rate_limit_exceeded', { ...place, message: message ?? said, ...about }];
}

function* output(
  place: Place,
  { stream, data, encoding }: { stream: 'stdout' | 'stderr'; data: string; encoding?: 'base64' | undefined },
  truncated: boolean,
): Generator<Notification> {
  const chunks = chunksOf(data, encoding);
  const as = encoding ? { encoding } : {};
  for (const [chunk_index, part] of chunks.entries()) {
    const counted = { chunk_index, total_chunks: chunks.length };
    const cut = truncated && chunk_index === 0;
    yield ['process.output', { ...place, type: stream, data: part, ...as, truncated: cut, ...counted }];
  }
}

function* completed(place: Place, end: AttemptEnd): Generator<Notification> {
  const message = end.message ?? '';
  if (end.outcome === 'prompt_too_long' || end.outcome === 'output_token_limit')
    yield ['error.token_limit_exceeded', { ...place, message }];
  if (end.outcome === 'usage_limit' || end.outcome === 'rate_limited')
    yield ['error.rate_limit_exceeded', { ...place, message, recoverable: false }];
  const { exit_code, signal, message: error, execution_time } = end;
  const status = OUTCOMES[end.outcome].status;
  // An attempt that will be retried does not complete the process.
  if (status === 'pending') return;
  const warnings = end.warnings ? { warnings: end.warnings } : {};
  yield ['process.completed', { ...place, status, exit_code, signal, error, ...warnings, execution_time }];
}
