import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitCredentials } from '../config/credentials.ts';
import type { Env } from '../config/settings.ts';
import { hasParent } from './parent.ts';

/** The variable with the descriptor at which a process reads its credentials, a JSON object of variables. */
const DESCRIPTOR = 'CC_EXECUTOR_CREDENTIALS_DESCRIPTOR';
/** Opens the file in $1 as descriptor 9, removes its folder, and becomes the program in $3. */
const REOPEN = 'exec 9<"$1" && rm -rf -- "$2" && shift 2 && exec "$@"';

/**
 * Splits the environment of a process before its start: `env` is the part that it is started with, which every
 * process of the same user can read while it runs; `credentials` must be written to its descriptor `descriptor`.
 */
export function handOver(env: Env, descriptor: number): { env: Record<string, string>; credentials: string } {
  const { rest, credentials } = splitCredentials(env);
  return {
    env: { ...rest, [DESCRIPTOR]: String(descriptor) },
    credentials: JSON.stringify(credentials),
  };
}

/**
 * Returns the environment of this process with the credentials from its descriptor. `env` is its own environment, from
 * which the variable with the descriptor is removed.
 *
 * Deleting a variable does not change what /proc shows of a process; only a new start does. So a process that shows
 * credentials executes the same program again, with the same pid, without them; then this does not return. It returns
 * them unchanged if that is not possible: without /proc, on Node before 22.15, without a place for a temporary
 * file, and with a channel to a parent, which would not survive.
 */
export function takeOver(env: Env): Env {
  const { [DESCRIPTOR]: descriptor, ...handed } = env;
  if (descriptor !== undefined) {
    Reflect.deleteProperty(env, DESCRIPTOR);
    return { ...handed, ...readCredentials(Number(descriptor)) };
  }
  const { rest, credentials } = splitCredentials(env);
  if (isShown(credentials) && canStartAgain()) startAgain(rest, credentials);
  return env;
}

/** Returns whether other processes of this user can read one of these from this process' environment. */
function isShown(credentials: Readonly<Record<string, string>>): boolean {
  try {
    const shown = new Set(readFileSync('/proc/self/environ', 'utf8').split('\0'));
    return Object.entries(credentials).some(([name, value]) => shown.has(`${name}=${value}`));
  } catch {
    return false;
  }
}

function readCredentials(descriptor: number): Record<string, string> {
  const text = readFileSync(descriptor, 'utf8');
  closeSync(descriptor);
  return JSON.parse(text) as Record<string, string>;
}

function canStartAgain(): boolean {
  return typeof process.execve === 'function' && !hasParent();
}

function startAgain(rest: Record<string, string>, credentials: Record<string, string>): void {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'cc-executor-start-'));
    const file = join(folder, 'credentials');
    writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
    const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
    process.execve?.('/bin/sh', ['sh', '-c', REOPEN, 'sh', file, folder, ...program], {
      ...rest,
      [DESCRIPTOR]: '9',
    });
  } catch {
    // There is no space for the file: it keeps running with its first environment.
  }
  // Only reached if the start failed.
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
