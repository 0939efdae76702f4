import { execFile } from 'node:child_process';

const MAX_OUTPUT = 16 * 1024 * 1024;

/** Runs a command to its end. Returns its exit code (null: it could not be run) and its output. */
export function runQuietly(command: readonly string[]): Promise<{ code: number | null; output: string }> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim() || (error?.message ?? '');
      resolve({ code: child.exitCode, output });
    });
  });
}
