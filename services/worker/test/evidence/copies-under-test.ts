import { LocalLauncher } from '@cc-executor/agents';
import { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import { initialState, makeRecord, type ExecutionState } from '@cc-executor/executions';
import { createLogger } from '@cc-executor/service-kit';
import { SAMPLE_END } from '@cc-executor/testkit';
import { SnapshotStores } from '@cc-executor/workspaces';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { GitReader } from '../../src/evidence/git-reader.ts';
import { Joining } from '../../src/evidence/joining.ts';
import { RunEvidence, type PreparedWorkspace } from '../../src/evidence/run-evidence.ts';
import type { JoinResult } from '../../src/evidence/tasks-in-copies.ts';
import { TaskWorks } from '../../src/evidence/task-works.ts';

const PATH = process.env['PATH'] ?? '';
export const FILE_BYTES = 1000;

type Files = Record<string, string | null>;

export function put(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    rmSync(join(folder, path), { recursive: true, force: true });
    if (content === null) continue;
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Returns why the work of a task can't be added to the workspace; null: it is there. */
export async function joinOf(run: RunEvidence, task: number): Promise<string | null> {
  return await run.copies.join(task).then(
    () => null,
    (error: unknown) => (error as Error).message,
  );
}

/** A list whose tasks need what is given, in a workspace with some files, and what its worker does for it. */
export function list(
  needs: number[][],
  files: Files,
  {
    shared = [],
    ...more
  }: {
    on_conflict?: 'agent';
    shared?: readonly number[];
    copies?: { link?: string[]; copy?: string[] };
  } = {},
) {
  const root = mkdtempSync(join(tmpdir(), 'cc-copies-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  const main = join(root, 'workspace');
  mkdirSync(main);
  put(main, files);
  const tasks = needs.map((of, index) => ({
    command: 'true',
    needs: of,
    ...(shared.includes(index + 1) && { shared: true }),
  }));
  const record = { ...makeRecord({ tasks, on_failure: 'stop', ...more }, 'a-list', new Date()), uuid: 'u' };
  const state = initialState(needs.length);
  const scanner = new WorkspaceScanner();
  onTestFinished(async () => await scanner.close());
  const bounds = { file: FILE_BYTES, snapshot: 1e9 };
  const snapshots = new SnapshotStores(join(root, 'snapshots'), { path: PATH, bounds });
  const unused = () => Promise.reject(new Error('nothing here needs it'));
  const ports = {
    scanner,
    git: new GitReader(new LocalLauncher().launch, PATH),
    snapshots,
    copiesOf: () => join(root, 'copies'),
    prepareWorkspace: () => Promise.resolve(main),
    evidence: { writeManifest: () => undefined, carry: unused },
    signer: { sign: unused, signArchive: unused },
    openRepository: () => {
      throw new Error('nothing here needs it');
    },
    keptFolder: () => join(root, 'kept'),
  };
  const open = async (isCertain = () => Promise.resolve(true)): Promise<RunEvidence> => {
    const logger = createLogger({ name: 'test', level: 'silent' });
    const isHeld = () => Promise.resolve(true);
    const now = { isHeld, isCertain, state: () => state };
    const onJoined = (task: number, joined: JoinResult) => {
      if ('notJoined' in joined) notJoined.push([task, joined.notJoined]);
      return Promise.resolve();
    };
    const run = new RunEvidence(ports, { record, state }, { logger, ...now, onJoined });
    onTestFinished(async () => await run.close());
    await run.copies.open();
    return run;
  };
  const notJoined: [number, string][] = [];
  const of = (task: number): ExecutionState['tasks'][number] => {
    const found = state.tasks[task - 1];
    if (!found) throw new RangeError('There is no such task.');
    return found;
  };
  /** Makes an attempt that changes some files. Without `isKept` there is no snapshot after it. */
  const attempt = async (
    run: RunEvidence,
    task: number,
    changes: Files,
    isKept = true,
  ): Promise<PreparedWorkspace> => {
    const now = of(task);
    now.attempt += 1;
    now.status = 'running';
    const place = { task, attempt: now.attempt };
    now.in_copy = run.copies.has(task);
    await run.makeReady(task);
    const prepared = await run.prepare(record.tasks[task - 1], place);
    if (prepared instanceof Error) throw prepared;
    put(prepared.workspace, changes);
    await prepared.baseline.changes();
    if (isKept)
      await run.snapshots.take(prepared.workspace, prepared.baseline.scan, { ...place, when: 'after' });
    const [before, after] = ['before', isKept ? 'after' : null];
    now.end = { ...SAMPLE_END, snapshots: { before, after } };
    return prepared;
  };
  const end = (run: RunEvidence, task: number, status: 'completed' | 'failed'): void => {
    of(task).status = status;
    run.copies.remove(task);
  };
  /** Returns what adds the work of the tasks of a run to the workspace, with what it asks and tells. */
  const joiningOf = (
    { snapshots: taken }: RunEvidence,
    asks: {
      isCertain: () => Promise<boolean>;
      onAdded: (task: number) => Promise<void>;
      onFailed?: (task: number, why: string) => Promise<void>;
    },
  ): Joining => {
    const works = new TaskWorks({ folder: ports.copiesOf(), record, snapshots: taken, state: () => state });
    const see = async () => {
      const scan = await scanner.begin(main, null, []);
      onTestFinished(() => scan.release());
      return { workspace: main, scan };
    };
    return new Joining({ works, snapshots: taken, see, onFailed: unused, ...asks });
  };
  const copies = () => readdirSync(join(root, 'copies'), { recursive: true }).map(String);
  const read = (path: string) => readFileSync(join(main, path), 'utf8');
  return {
    root,
    main,
    snapshots,
    record,
    state,
    notJoined,
    open,
    attempt,
    end,
    copies,
    joiningOf,
    read,
    names: () => readdirSync(main).toSorted(),
  };
}
