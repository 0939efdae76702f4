import { numbered } from '@cc-executor/contracts/task-numbers';
import { CcError, isTerminal, type ExecutionStatus } from '@cc-executor/contracts';
import {
  newEpoch,
  RECORD_SCHEMA,
  type Append,
  type Archive,
  type AppendResult,
  type ClaimResult,
  type EventToStore,
  type ExecutionStore,
  type HeldExecution,
  type StoredExecution,
  type StoredStatus,
  type Submission,
  type SubmitResult,
} from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { answered } from './answered.ts';
import {
  deliveredBranch,
  nameFields,
  STATUS_FIELDS,
  stateFields,
  toExecution,
  toStatus,
} from './execution-fields.ts';
import { KEYS, keysOf } from './keys.ts';
import { listPage } from './list.ts';
import { NO_ARCHIVE } from './log.ts';
import { withScripts } from './scripts.ts';
import { unplaced } from './unplaced.ts';

/** The reason that the script stores. */
const KEEP = '\0';

/** How long an idempotency key is kept, in seconds: a day. */
const KEY_SECONDS = 24 * 3600;
/** How long the number of nested executions is kept after the last of them, in seconds: as long as a task may take. */
const FAMILY_SECONDS = 7 * 24 * 3600;

export interface StoreOptions {
  /** The source of executions that are no longer complete in Redis; default: none. */
  archive?: Pick<Archive, 'head'>;
  /** The largest output of a task that the log keeps, in bytes; default: all. */
  keptOutputBytes?: number;
  /** The largest output of all tasks that a log keeps, in bytes; the oldest is trimmed first; default: all. */
  keptExecutionBytes?: number;
  /** The largest output that all logs keep together, in bytes; that of settled tasks is trimmed first; default: all. */
  keptTotalBytes?: number;
}

/** Executions in Redis: each is a hash and a stream, and every write is one script. */
export class RedisExecutionStore implements ExecutionStore {
  readonly #redis: Redis;
  readonly #archive: Pick<Archive, 'head'>;
  readonly #kept: readonly (number | string)[];
  readonly #run;

  constructor(redis: Redis, { archive = NO_ARCHIVE, ...kept }: StoreOptions = {}) {
    this.#redis = redis;
    this.#archive = archive;
    this.#kept = [kept.keptOutputBytes ?? '', kept.keptExecutionBytes ?? '', kept.keptTotalBytes ?? ''];
    this.#run = withScripts(redis);
  }

  async submit({ record, state, events, idempotency, family, turn }: Submission): Promise<SubmitResult> {
    const id = record.execution_id;
    const tasks = numbered(state.tasks);
    const fields = [...nameFields(record), ...stateFields(state.summary, tasks)];
    const created = Date.parse(record.created_at);
    const path = turn ?? record.workspace_path ?? record.workspace;
    const start = [id, created, record.lane, path, newEpoch(), record.schema, JSON.stringify(record)];
    const key = [idempotency?.fingerprint ?? '', KEY_SECONDS, family?.limit ?? '', FAMILY_SECONDS];
    const where = [record.lineage?.join() ?? '', record.workspace_named ? 1 : ''];
    const rerunOf = record.rerun?.execution_id ?? '';
    const args = [
      ...start,
      state.status,
      ...key,
      ...where,
      rerunOf,
      deliveredBranch(record),
      fields.length,
      ...fields,
      ...flat(events),
    ];
    const keys = [...keysOf(id), KEYS.idempotency(idempotency?.key ?? ''), KEYS.family(family?.root ?? '')];
    const [result, executionId] = (await this.#run('submit', keys, args)) as [SubmitResult['result'], string];
    return { result, executionId };
  }

  async readKey(key: string): ReturnType<ExecutionStore['readKey']> {
    const found = await answered(this.#redis.hmget(KEYS.idempotency(key), 'fingerprint', 'id'));
    const [fingerprint, executionId] = found ?? [];
    return fingerprint && executionId ? { fingerprint, executionId } : null;
  }

  async read(executionId: string): Promise<StoredExecution | null> {
    const hash = (await answered(this.#redis.hgetall(KEYS.execution(executionId)))) ?? {};
    return hash['archived'] ? await this.#archived(executionId, hash) : toExecution(hash);
  }

  /** Returns the archive of the execution that Redis knows; a file of another execution with that id does not count. */
  async #archived(executionId: string, hash: Record<string, string>): Promise<StoredExecution | null> {
    const archived = await this.#archive.head(executionId);
    const known = toStatus(
      executionId,
      STATUS_FIELDS.map((name) => hash[name]),
    );
    if (!archived || !known || isSameRun(archived, known)) return archived;
    throw new CcError('ARCHIVE_DAMAGED', `The archive of execution ${executionId} is not of this one.`);
  }

  async readUnarchived(executionId: string): ReturnType<ExecutionStore['readUnarchived']> {
    const hash = (await answered(this.#redis.hgetall(KEYS.execution(executionId)))) ?? {};
    const execution = toExecution(hash);
    return execution && { execution, token: hash['token'] ?? '' };
  }

  async readStatus(executionId: string): Promise<StoredStatus | null> {
    const fields = await answered(this.#redis.hmget(KEYS.execution(executionId), ...STATUS_FIELDS));
    const status = toStatus(executionId, fields ?? []);
    if (status?.status !== 'queued') return status;
    const holder = await this.#run('turn_holder', keysOf(executionId), [executionId]);
    return { ...status, waiting_for: typeof holder === 'string' && holder !== '' ? holder : null };
  }

  async list(query: Parameters<ExecutionStore['list']>[0]): ReturnType<ExecutionStore['list']> {
    return await listPage(this.#redis, this.#run, query);
  }

  async remove(executionId: string): ReturnType<ExecutionStore['remove']> {
    const status = await this.#run('remove', keysOf(executionId), [executionId, new Date().toISOString()]);
    return (status as ExecutionStatus | '') || null;
  }

  async append(executionId: string, append: Append): Promise<AppendResult> {
    const { writer, from, to } = append;
    const fields = stateFields(append.summary, append.tasks);
    const args = [
      executionId,
      writer?.token ?? '',
      writer?.counter ?? 0,
      from ? `,${from.join()},` : '',
      to?.status ?? '',
      to?.reason === undefined ? KEEP : (to.reason ?? ''),
      to && isTerminal(to.status) ? 1 : 0,
      append.release ? 1 : 0,
      // Times come from Redis' clock only: this process contributes just the remaining delay.
      append.wakeAt ? Math.max(0, append.wakeAt.getTime() - Date.now()) : '',
      append.epoch ?? '',
      ...this.#kept,
    ];
    const all = [...args, fields.length, ...fields, ...flat(append.events)];
    const [result, detail] = (await this.#run('append', keysOf(executionId), all)) as [string, never];
    switch (result) {
      case 'stored':
      case 'rewound':
        return { result, head: detail };
      case 'illegal':
        return { result, status: detail };
      default:
        return { result: result === 'missing' ? 'missing' : 'stale' };
    }
  }

  async claim(executionId: string, owner: string): Promise<ClaimResult> {
    const args = [executionId, owner, RECORD_SCHEMA, randomBytes(6).toString('base64url')];
    const [result, generation, token, flatHash, lost, heard] = (await this.#run(
      'claim',
      keysOf(executionId),
      args,
    )) as [
      'claimed' | Extract<ClaimResult, { result: 'refused' }>['reason'],
      number,
      string,
      string[],
      string,
      string,
    ];
    if (result !== 'claimed') return { result: 'refused', reason: result };
    const hash: Record<string, string> = {};
    for (let i = 0; i < flatHash.length; i += 2) hash[flatHash[i] ?? ''] = flatHash[i + 1] ?? '';
    const execution = toExecution(hash);
    if (!execution) throw new Error(`The record of execution ${executionId} is missing.`);
    const lastHeard = lost && heard ? new Date(Number(heard)) : null;
    const idleLosses = Number(hash['losses'] ?? 0);
    return { result, generation, token, execution, lostOwner: lost || null, lastHeard, idleLosses };
  }

  /**
   * Assigns turns to executions of an earlier version, which knew workspaces only by name. Runs once.
   * `turnOf`: returns the turn of the folder that a name resolves to; null: none.
   */
  async placeOlder(turnOf: (workspace: string) => Promise<string | null>): Promise<void> {
    const turns: string[] = [];
    for (const { id, workspace } of await unplaced(this.#redis)) {
      const turn = await turnOf(workspace);
      if (turn !== null) turns.push(id, turn);
    }
    await this.#run('place_older', [], turns);
  }

  async noteDelivered(
    ...[executionId, delivered]: Parameters<ExecutionStore['noteDelivered']>
  ): Promise<void> {
    await this.#run('note_delivered', keysOf(executionId), [JSON.stringify(delivered)]);
  }

  async wake(executionId: string, head = 0): Promise<void> {
    await this.#run('wake', keysOf(executionId), [executionId, head, newEpoch()]);
  }

  async held(): Promise<HeldExecution[]> {
    const ids = (await answered(this.#redis.smembers(KEYS.held))) ?? [];
    return await Promise.all(
      ids.map(async (executionId) => {
        const fields = await answered(
          this.#redis.hmget(KEYS.execution(executionId), 'generation', 'beat', 'owner'),
        );
        const [generation, beat, owner] = fields ?? [];
        return { executionId, generation: Number(generation), beat: Number(beat), owner: owner ?? '' };
      }),
    );
  }

  async expire({ executionId, generation, beat }: HeldExecution): Promise<boolean> {
    return (await this.#run('expire', keysOf(executionId), [executionId, generation, beat])) === 1;
  }

  async heartbeat(
    held: readonly { executionId: string; token: string }[],
  ): Promise<(ExecutionStatus | 'stale')[]> {
    if (held.length === 0) return [];
    const keys = held.map(({ executionId }) => KEYS.execution(executionId));
    const tokens = held.map(({ token }) => token);
    return (await this.#run('heartbeat', keys, tokens)) as (ExecutionStatus | 'stale')[];
  }
}

/** An id may be reused and anyone may put a file there, so creation time, log and end must match those in Redis. */
function isSameRun({ record, state, epoch, head }: StoredExecution, known: StoredStatus): boolean {
  return (
    Date.parse(record.created_at) === Date.parse(known.created_at) &&
    epoch === known.epoch &&
    head === known.head &&
    state.status === known.status &&
    isDeepStrictEqual(state.summary.evidence, known.summary.evidence)
  );
}

function flat(events: readonly EventToStore[]): string[] {
  return events.flatMap(({ type, tail }) => [type, tail]);
}
