import { execFile } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
/** A registry that does not answer is asked again and again. */
const MOST_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Runs the project's pnpm, for two minutes at most; resolves also when it ends with a failure. */
export async function pnpm(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  const options = { cwd: ROOT, maxBuffer: MOST_BYTES, timeout: MOST_MS };
  execFile('npx', ['--yes', 'pnpm@12.21.0', ...args], options, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
  });
  return await promise;
}
