import type { Env } from '@cc-executor/service-kit';
import { patchReader, snapshotCheck } from '@cc-executor/workspaces';
import { join } from 'node:path';
import { dataDirectoryOf } from './running-stack.ts';

/** Returns what reads patches from the snapshots of the data directory that `env` names, without a server. */
export function patchesOf(env: Env): ReturnType<typeof patchReader> {
  return patchReader(storesOf(env));
}

/**
 * Returns what looks whether snapshots in the data directory that `env` names are whole, without a server. `contents`: also
 * what is in them.
 */
export function snapshotCheckOf(env: Env, contents: boolean): ReturnType<typeof snapshotCheck> {
  return snapshotCheck({ ...storesOf(env), contents });
}

function storesOf(env: Env): Parameters<typeof patchReader>[0] {
  return { folder: join(dataDirectoryOf(env), 'snapshots'), path: env['PATH'] };
}
