import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSnapshotStore, type Snapshot, type SnapshotStore, type StoreOptions } from '../src/index.ts';
import { imageOf, stateSince } from './walked.ts';

export const BOUNDS = { file: 64 * 1024 * 1024, snapshot: 2 * 1024 * 1024 * 1024 };

export interface StoreUnderTest {
  root: string;
  workspace: string;
  /** The store's folder. */
  folder: string;
  store: SnapshotStore;
  /** Takes a snapshot of the whole workspace. */
  takeAll: (label: string) => Promise<Snapshot>;
}

/** A workspace and its snapshots, which are gone after the test. */
export async function storeUnderTest(options: Partial<StoreOptions> = {}): Promise<StoreUnderTest> {
  const root = mkdtempSync(join(tmpdir(), 'cc-snapshots-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [workspace, folder] = [join(root, 'workspace'), join(root, 'store')];
  mkdirSync(workspace);
  const store = await openSnapshotStore(folder, { bounds: BOUNDS, ...options });
  onTestFinished(async () => await store.close());
  const takeAll = async (label: string) =>
    await store.take({ folder: workspace, ...stateSince(null, imageOf(workspace)), previous: null, label });
  return { root, workspace, folder, store, takeAll };
}

/** The whole of a content. */
export async function all(content: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(content));
}
