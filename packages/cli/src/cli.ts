import type { Command } from 'commander';
import type { Context, GlobalOptions } from './context.ts';
import { EXIT } from './exits/exit-codes.ts';
import { failureOf } from './exits/failure.ts';
import { note } from './print/print.ts';
import { outputs } from './print/terminal.ts';
import { environmentOf, settingsSources } from './connection/settings-sources.ts';
import { buildProgram } from './program.ts';

/** Runs the command line and returns the exit code; failures are reported in one place. */
export async function runCli(args: readonly string[], env: Context['env']): Promise<number> {
  let isBroken = false;
  let exitCode: number = EXIT.done;
  const sources = settingsSources(env);
  const context: Context = {
    env: environmentOf(sources),
    sources,
    // A reader that stops, like `head`, is not a failure, and hides none; a full disk is one.
    onOutputClosed: () => process.exit(isBroken ? EXIT.failed : exitCode),
  };
  let closed = false;
  for (const stream of outputs)
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (closed) return;
      closed = true;
      isBroken = code !== 'EPIPE';
      if (isBroken) note(`cc-executor: its output can't be written (${message}).`);
      context.onOutputClosed();
    });
  let command: Command | null = null;
  const program = buildProgram(
    context,
    (code) => {
      exitCode = code;
    },
    (begun) => {
      command = begun;
    },
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return isBroken ? EXIT.failed : exitCode;
  } catch (error) {
    const failure = await failureOf(error, command);
    if (failure.message !== null) note(`cc-executor: ${failure.message}`);
    if (program.opts<GlobalOptions>().debug === true) note(String((error as Error).stack));
    return failure.exitCode;
  }
}
