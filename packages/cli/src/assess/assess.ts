import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, exitCodeOfSignal } from '../exits/exit-codes.ts';
import { onInterrupt } from '../exits/interrupts.ts';
import type { Check, Checked } from './check.ts';
import { commands } from './checks/commands.ts';
import { durability } from './checks/durability.ts';
import { prompts } from './checks/prompts.ts';
import { server } from './checks/server.ts';
import { streams } from './checks/streams.ts';
import { submissions } from './checks/submissions.ts';
import { Installation } from './installation.ts';
import { reportOf, type Assessment } from './report.ts';

export const CHECKS: readonly Check[] = [
  ...server,
  ...commands,
  ...submissions,
  ...streams,
  ...prompts,
  ...durability,
];

export interface AssessOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** True: with the user's own model and account. */
  isReal: boolean;
  /** The folder for the report, the raw exchanges and the logs; it is created. */
  folder: string;
  /** Only these checks; default: all. */
  only?: readonly string[] | undefined;
  onChecked: (checked: Checked) => void;
}

/**
 * Starts a private server of this installation, runs check by check through its API, and writes a report. An
 * interrupt ends the server, and throws; a second one exits at once.
 */
export async function assess({ env, isReal, folder, only, onChecked }: AssessOptions): Promise<Assessment> {
  const raw = join(folder, 'raw');
  await mkdir(raw, { recursive: true });
  const startedAt = new Date().toISOString();
  const checks = CHECKS.filter(({ id }) => only === undefined || only.includes(id));
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => undefined);
  const release = onInterrupt((signal, isRepeated) => {
    const code = exitCodeOfSignal(signal);
    if (isRepeated) process.exit(code);
    interrupted.reject(new CliError(code, 'It was interrupted; the server that it had started was ended.'));
  });
  const checked: Checked[] = [];
  try {
    const installation = await Installation.open({ env, isReal });
    try {
      for (const check of checks) {
        const one = await Promise.race([interrupted.promise, look(check, installation, isReal)]);
        await writeFile(
          join(raw, `${check.id}.json`),
          `${JSON.stringify(installation.takeExchanges(), null, 2)}\n`,
        );
        checked.push(one);
        onChecked(one);
      }
    } finally {
      await installation.close(join(folder, 'logs'));
    }
  } finally {
    release();
  }
  const assessment: Assessment = {
    started_at: startedAt,
    ended_at: new Date().toISOString(),
    real: isReal,
    checked,
  };
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(assessment, null, 2)}\n`);
  await writeFile(join(folder, 'report.md'), reportOf(assessment));
  return assessment;
}

async function look(check: Check, installation: Installation, isReal: boolean): Promise<Checked> {
  const { id, title, scriptedOnly } = check;
  if (isReal && scriptedOnly !== undefined)
    return { id, title, result: 'skipped', message: scriptedOnly, seconds: 0 };
  const began = performance.now();
  const message = await check.run(installation).then(
    () => null,
    (error: Error) => error.message,
  );
  const seconds = Math.round(performance.now() - began) / 1000;
  return { id, title, result: message === null ? 'passed' : 'failed', message, seconds };
}
