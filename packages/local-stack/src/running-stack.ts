import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig, Settings, StartFailure, type Env } from '@cc-executor/service-kit';
import { askToEnd } from './children/launched.ts';
import { isRunning } from './children/process-identity.ts';
import { readRecord, type StackRecord } from './stack-file.ts';
import { STOP_DEADLINE_MS } from './stop-deadline.ts';

const POLL_MS = 50;

/** Returns the data directory that `env` names. */
export function dataDirectoryOf(env: Env): string {
  return readConfig(Settings.pick({ CC_EXECUTOR_DATA_DIR: true }), env).CC_EXECUTOR_DATA_DIR;
}

/** Returns the folder of the evidence key, by `env`. */
export function keysDirectoryOf(env: Env): string {
  return readConfig(Settings.pick({ CC_EXECUTOR_KEYS_DIR: true }), env).CC_EXECUTOR_KEYS_DIR;
}

/** Returns the running stack of the data directory of `env`; null if there is none. */
export async function runningStack(env: Env): Promise<StackRecord | null> {
  const record = await readRecord(join(dataDirectoryOf(env), 'stack.json'));
  return record !== null && isRunning(record) ? record : null;
}

/** Ends the stack that uses the data directory of `env`, and waits for its end. Returns what it was; null: none ran. */
export async function stopStack(env: Env): Promise<StackRecord | null> {
  const record = await runningStack(env);
  if (record === null) return null;
  askToEnd(record.pid);
  const deadline = performance.now() + STOP_DEADLINE_MS;
  while (isRunning(record)) {
    if (performance.now() > deadline)
      throw new StartFailure(`cc-executor (pid ${String(record.pid)}) does not end; its logs may say why.`);
    await delay(POLL_MS);
  }
  return record;
}
