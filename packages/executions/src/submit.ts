import { CcError, invalidRequest, type ExecuteRequest, type PromptOptions } from '@cc-executor/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { refuseFindings } from './findings.ts';
import { familyOf, ownWorkspace, tooMany, type Nesting } from './nesting.ts';
import { makeRecord, type ExecutionRecord, type RepositoryOf } from './record.ts';
import type { ExecutionStore, Repositories, WakeUps, Workspaces } from './ports.ts';
import { initialState } from './state.ts';
import { toStore } from './to-store.ts';

export interface SubmitPorts {
  store: ExecutionStore;
  wakeUps: WakeUps;
  workspaces: Workspaces;
  /** Absent: no repository may be named here. */
  repositories?: Repositories;
  /** Throws COMMAND_NOT_ALLOWED when one of them may not be run here; `path`: where it stands in the request. */
  checkCommands: (commands: readonly { path: string; command: string }[]) => void;
  /** Throws TOKEN_LIMIT or INVALID_REQUEST when one of them is too long, or asks for what is not possible. */
  checkPrompts: (prompts: readonly { task: number; text: string; options: PromptOptions }[]) => Promise<void>;
}

/**
 * Stores a task list and has it queued; when this resolves it is durable, and its id is given. With a key that came
 * before with the same body, it is the id of the execution from then. `isOwner`: the user of this service submits it. Throws WORKSPACE_INVALID, COMMAND_NOT_ALLOWED,
 * TOKEN_LIMIT, INVALID_REQUEST (also for a strict one with findings), EXECUTION_ID_IN_USE, IDEMPOTENCY_KEY_REUSED,
 * NESTING_LIMIT or OWN_WORKSPACE, and has then stored nothing.
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
    // Somebody has named the folder that was to be its own: it gets another one.
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
  const workspace = request.workspace ?? (await ports.workspaces.fresh(id, isTaken));
  const { path, turn } = await ports.workspaces.resolve(workspace);
  const repository = await repositoryOf(ports, request, id, isOwner && (nesting?.lineage ?? []).length === 0);
  const place = { workspace, workspace_path: path, lineage: nesting?.lineage, repository };
  const record = makeRecord(request, id, now, place);
  ports.checkCommands(commandsOf(record));
  await ports.checkPrompts(
    record.tasks.flatMap(({ kind, text, options }, index) =>
      kind === 'prompt' ? [{ task: index + 1, text, options }] : [],
    ),
  );
  if (request.strict === true) await refuseFindings(record);
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

/** Everything that a shell would get, by where it stands in the request. */
function commandsOf({ tasks, checking }: ExecutionRecord): { path: string; command: string }[] {
  const checksAt = (path: string, { checks = [] }: ExecutionRecord['checking']) =>
    checks.map((command, index) => ({ path: `${path}checks[${String(index)}]`, command }));
  const ofTasks = tasks.flatMap(({ kind, text, checking: own }, index) => {
    const path = `tasks[${String(index)}].`;
    const command = kind === 'command' ? [{ path: `${path}command`, command: text }] : [];
    return [...command, ...checksAt(path, own)];
  });
  return [...ofTasks, ...checksAt('', checking)];
}

/** Tells one body from another: of the checked request, whose keys have one order. */
function fingerprintOf(request: ExecuteRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}
