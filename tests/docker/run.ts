import { execFile } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  /** Added to this process's own environment. */
  env?: Record<string, string>;
}

/** Runs a program to its end and gives what it wrote to stdout; throws with the end of its output when it fails. */
export function run(command: readonly string[], { cwd, env }: RunOptions = {}): Promise<string> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    execFile(
      file ?? '',
      args,
      { ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-40).join('\n');
        reject(new Error(`${command.join(' ')} failed (${String(error.code)}):\n${tail}`));
      },
    );
  });
}

/** True when the program exists and ends well. */
export async function succeeds(command: readonly string[], options: RunOptions = {}): Promise<boolean> {
  return await run(command, options).then(
    () => true,
    () => false,
  );
}
