import { CcError, invalidRequest, type ExecuteRequest } from '@cc-executor/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { familyOf, ownWorkspace, tooMany, type Nesting } from './nesting.ts';
import { makeRecord, type RepositoryOf } from './record.ts';
import type { ExecutionStore, Repositories, WakeUps, Workspaces } from './ports.ts';
import { refuseRequest, type RequestPorts } from './refuse-request.ts';
import { initialState } from './state.ts';
import { toStore } from './to-store.ts';

export interface SubmitPorts extends RequestPorts {
  store: ExecutionStore;
  wakeUps: WakeUps;
  workspaces: Workspaces;
  /** Absent: no repository may be named here. */
  repositories?: Repositories;
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
  for (let isTaken = false; ; isTaken = true) {
    const stored = await submitOnce(ports, request, {
      idempotencyKey,
      nesting,
      isTaken,
      isOwner,
    });
    // Another execution has named the folder that would be its own: it gets another one.
    if (stored !== null) return stored;
  }
}

async function submitOnce(
  ports: SubmitPorts,
  request: ExecuteRequest,
  {
    idempotencyKey,
    nesting,
    isTaken,
    isOwner,
  }: { idempotencyKey: string | null; nesting: Nesting | null; isTaken: boolean; isOwner: boolean },
): Promise<string | null> {
  const family = familyOf(nesting);
  const now = new Date();
  const id = request.execution_id ?? randomUUID();
  await refuseRequest(ports, request);
  const workspace = request.workspace ?? (await ports.workspaces.fresh(id, isTaken));
  const { path, turn } = await ports.workspaces.resolve(workspace);
  const repository = await repositoryOf(ports, request, id, isOwner && (nesting?.lineage ?? []).length === 0);
  const place = { workspace, workspace_path: path, lineage: nesting?.lineage, repository };
  const record = makeRecord(request, id, now, place);
  const { execution_id, tasks, lane } = record;
  const data = { total_tasks: tasks.length, workspace, lane };
  const queued = toStore(execution_id, { type: 'execution.queued', data }, now.toISOString());
  const stored = await ports.store.submit({
    record,
    state: initialState(tasks.length),
    events: [queued],
    turn,
    family,
    idempotency:
      idempotencyKey === null ? null : { key: idempotencyKey, fingerprint: fingerprintOf(request) },
  });
  switch (stored.result) {
    case 'in_use':
      throw new CcError(
        'EXECUTION_ID_IN_USE',
        `The execution id "${execution_id}" is in use; choose another.`,
        {
          errors: [{ path: 'execution_id', message: 'is in use' }],
        },
      );
    case 'key_reused':
      throw new CcError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came before with another body.');
    case 'family_full':
      throw tooMany(nesting);
    case 'own_workspace':
      throw ownWorkspace(nesting, workspace, stored.executionId);
    case 'workspace_taken':
      return null;
    case 'stored':
    case 'repeated':
      ports.wakeUps.relay();
      return stored.executionId;
  }
}

async function repositoryOf(
  { repositories }: Pick<SubmitPorts, 'repositories'>,
  { repository }: ExecuteRequest,
  id: string,
  isOwner: boolean,
): Promise<RepositoryOf | null> {
  if (!repository) return null;
  if (!repositories) throw invalidRequest([{ path: 'repository', message: 'can be named over REST only' }]);
  const { path = null, url = null, ref = null, branch = `cc-executor/${id}`, include } = repository;
  const asked = { path, url, ref, branch, include, commits: repository.commit };
  const deliver = repository.deliver ?? (path === null ? 'none' : 'branch');
  return await repositories.find({ ...asked, deliver, commit: null }, isOwner);
}

/** Returns a digest of the body, from the validated request, whose keys have a fixed order. */
function fingerprintOf(request: ExecuteRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}
