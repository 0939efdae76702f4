import { appendPlainSync, readPlainPart } from '@cc-executor/evidence';
import { closeSync, fstatSync, mkdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwnFolder, StartFailure, type Env } from '@cc-executor/service-kit';
import { spawnHandingOver } from './children/spawn-handing-over.ts';
import { dataDirectoryOf, runningStack } from './running-stack.ts';
import type { StackRecord } from './stack-file.ts';

const MAIN = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
const POLL_MS = 50;
/** The amount that is shown of the output of a failed start, in bytes. */
const SHOWN_BYTES = 64 * 1024;

/** Starts the stack as a separate process that outlives this one. Resolves when it is ready. */
export async function startStackDetached(env: Env): Promise<{ record: StackRecord; log: string }> {
  const folder = join(dataDirectoryOf(env), 'logs');
  await makeOwnFolder(dataDirectoryOf(env), { mode: 0o700, sign: 'id' });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = join(folder, 'cc-executor.log');
  const file = appendPlainSync(log, 0o600);
  const begin = fstatSync(file).size;
  const child = spawnHandingOver([MAIN], { env, stdio: ['ignore', file, file] });
  closeSync(file);
  let ended = false;
  child.once('error', () => (ended = true)).once('exit', () => (ended = true));
  for (;;) {
    const record = await runningStack(env);
    if (record?.pid === child.pid && record?.api !== null && record?.ws !== null && record !== null) {
      child.unref();
      return { record, log };
    }
    if (ended) {
      const printed = await readPlainPart(log, begin, SHOWN_BYTES);
      throw new StartFailure(printed?.toString().trim() || `see ${log}`);
    }
    await delay(POLL_MS);
  }
}
