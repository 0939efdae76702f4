import type { Env } from '@cc-executor/service-kit';
import { patchReader } from '@cc-executor/workspaces';
import { join } from 'node:path';
import { dataDirectoryOf } from './running-stack.ts';

/** Returns what reads patches from the snapshots of the data directory that `env` names, without a server. */
export function patchesOf(env: Env): ReturnType<typeof patchReader> {
  return patchReader({ folder: join(dataDirectoryOf(env), 'snapshots'), path: env['PATH'] });
}
