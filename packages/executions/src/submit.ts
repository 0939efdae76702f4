import { CcError, invalidRequest, type ExecuteRequest, type RepositoryRecord } from '@cc-executor/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { familyOf, ownWorkspace, tooMany, type Nesting } from './nesting.ts';
import { isolationOf } from './isolation.ts';
import { makeRecord } from './make-record.ts';
import type { ExecutionStore, WakeUps } from './ports/store.ts';
import type { Repositories, Workspaces } from './ports/workspaces.ts';
import { refuseRequest, type RequestPorts } from './refuse-request.ts';
import { withCarried, type RerunPlan } from './rerun/rerun-plan.ts';
import { initialState } from './state.ts';
import { toStore } from './to-store.ts';

export interface SubmitPorts extends RequestPorts {
  store: ExecutionStore;
  wakeUps: WakeUps;
  workspaces: Workspaces;
  /** Absent: no repository may be named here. */
  repositories?: Repositories;
}

/** Who submits a list, and how. */
export interface Submitter {
  /** The key of the caller; with one that was used before with the same body, nothing new is stored. */
  idempotencyKey?: string | null;
  /** The executions whose tasks submit it; null: an outside client does. */
  nesting?: Nesting | null;
  /** Whether the user of this service submits it. */
  isOwner?: boolean;
}

/** The stored execution. */
export interface SubmitInput {
  request: ExecuteRequest;
  /** The request of the caller. */
  body: unknown;
  /** Absent: it reruns nothing. */
  again?: RerunPlan;
}

/**
 * Stores and queues a task list. Returns its id when it is durable. With a key that was used
 * before with the same body, it is the id of the execution from then. `isOwner`: the user of this service submits it. Throws WORKSPACE_INVALID, COMMAND_NOT_ALLOWED,
 * TOKEN_LIMIT, INVALID_REQUEST (also for a strict one with findings), EXECUTION_ID_IN_USE, IDEMPOTENCY_KEY_REUSED,
 * NESTING_LIMIT or OWN_WORKSPACE, and then stores nothing.
 */
export async function submit(
  ports: SubmitPorts,
  request: ExecuteRequest,
  idempotencyKey: string | null = null,
  nesting: Nesting | null = null,
  isOwner = false,
): Promise<string> {
  return await storeList(ports, { request, body: request }, { idempotencyKey, nesting, isOwner });
}

/**
 * Returns the execution that was stored by an earlier call with the same key and body; null: none was. Nothing else is checked
 * for it: what the list needs may be different by now, also by what it has done itself. Throws IDEMPOTENCY_KEY_REUSED.
 */
export async function storedBefore(
  { store, wakeUps }: Pick<SubmitPorts, 'store' | 'wakeUps'>,
  body: unknown,
  { idempotencyKey = null }: Submitter,
): Promise<string | null> {
  const known = idempotencyKey === null ? null : await store.readKey(idempotencyKey);
  if (known === null) return null;
  if (known.fingerprint !== fingerprintOf(body)) throw keyReused();
  wakeUps.relay();
  return known.executionId;
}

/** Stores and queues a list. Throws as `submit` does, and EXECUTION_NOT_FOUND where the one that it reruns was removed. */
export async function storeList(ports: SubmitPorts, list: SubmitInput, by: Submitter): Promise<string> {
  const before = await storedBefore(ports, list.body, by);
  if (before !== null) return before;
  for (let isTaken = false; ; isTaken = true) {
    const stored = await storeOnce(ports, list, by, isTaken);
    // Another execution has named the folder that would be its own: it gets another one.
    if (stored !== null) return stored;
  }
}

async function storeOnce(
  ports: SubmitPorts,
  { request, body, again }: SubmitInput,
  { idempotencyKey = null, nesting = null, isOwner = false }: Submitter,
  isTaken: boolean,
): Promise<string | null> {
  const family = familyOf(nesting);
  const now = new Date();
  const id = request.execution_id ?? randomUUID();
  await refuseRequest(ports, request);
  const workspace = request.workspace ?? (await ports.workspaces.fresh(id, isTaken));
  const { path, turn } = await ports.workspaces.resolve(workspace);
  const isOwners = isOwner && (nesting?.lineage ?? []).length === 0;
  const repository = again?.repository
    ? await again.repository(id, isOwners)
    : await repositoryOf(ports, request, id, isOwners);
  const isolation = isolationOf(ports.isolation, request);
  const place = { workspace, workspace_path: path, lineage: nesting?.lineage, repository, isolation };
  const made = makeRecord(request, id, now, place);
  const record = again ? { ...made, tasks: again.tasks, rerun: again.rerun } : made;
  const { execution_id, tasks, lane } = record;
  const at = now.toISOString();
  const data = { total_tasks: tasks.length, workspace, lane };
  const state = initialState(tasks.length);
  const carried = withCarried(state, again, at);
  const events = [{ type: 'execution.queued', data } as const, ...carried];
  const stored = await ports.store.submit({
    record,
    state,
    events: events.map((event) => toStore(execution_id, event, at)),
    turn,
    family,
    idempotency: idempotencyKey === null ? null : { key: idempotencyKey, fingerprint: fingerprintOf(body) },
  });
  switch (stored.result) {
    case 'in_use':
      throw new CcError(
        'EXECUTION_ID_IN_USE',
        stored.executionId === execution_id
          ? `The execution id "${execution_id}" is in use; choose another.`
          : `The execution id "${execution_id}" is in use as "${stored.executionId}", and some file systems ignore case; choose another.`,
        {
          errors: [{ path: 'execution_id', message: 'is in use' }],
        },
      );
    case 'key_reused':
      throw keyReused();
    case 'family_full':
      throw tooMany(nesting);
    case 'own_workspace':
      throw ownWorkspace(nesting, workspace, stored.executionId);
    case 'rerun_gone':
      throw new CcError('EXECUTION_NOT_FOUND', `Execution "${stored.executionId}" no longer exists.`);
    case 'branch_taken':
      throw invalidRequest([
        {
          path: 'repository.branch',
          message: `is "${repository?.branch ?? ''}", which execution ${stored.executionId} works on: name another one, or wait for its end`,
        },
      ]);
    case 'workspace_taken':
      return null;
    case 'stored':
    case 'repeated':
      ports.wakeUps.relay();
      return stored.executionId;
  }
}

function keyReused(): CcError {
  return new CcError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with a different body.');
}

async function repositoryOf(
  { repositories }: Pick<SubmitPorts, 'repositories'>,
  { repository }: ExecuteRequest,
  id: string,
  isOwner: boolean,
): Promise<RepositoryRecord | null> {
  if (!repository) return null;
  if (!repositories) throw invalidRequest([{ path: 'repository', message: 'can be named over REST only' }]);
  const { path = null, url = null, ref = null, branch = `cc-executor/${id}`, include } = repository;
  const asked = { path, url, ref, branch, include, commits: repository.commit };
  const deliver = repository.deliver ?? (path === null ? 'none' : 'branch');
  return await repositories.find({ ...asked, deliver, commit: null }, isOwner);
}

/** Returns a digest of the body, from the validated request, whose keys have a fixed order. */
function fingerprintOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url');
}
