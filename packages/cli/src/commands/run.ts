import type { Command } from 'commander';
import type { TaskInput } from '@cc-executor/sdk';
import type { GlobalOptions } from '../context.ts';
import { clientOf } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { seconds } from '../options/option-values.ts';
import type { AddCommand } from '../add-command.ts';
import { addCheckFlags, checkOptionsOf, type CheckFlags } from '../options/check-flags.ts';
import { addPromptFlags, promptOptionsOf, type PromptFlags } from '../options/prompt-flags.ts';

interface Options extends GlobalOptions, PromptFlags, CheckFlags {
  prompt?: string;
  timeout?: number;
  workspace?: string;
  waitThroughPause?: true;
}

export const addRun: AddCommand = (program, context, end) => {
  const command = program
    .command('run')
    .summary('run one command or prompt, and stream its output')
    .description(
      'Runs one command, or one prompt with -p, and streams its output. Ctrl-C cancels it and waits for its end.',
    )
    .argument(
      '[command...]',
      'a command line for the shell, in quotes; or a program and its arguments, after --',
    )
    .option('-p, --prompt <text>', 'a prompt for the agent in place of a command; "-" reads standard input')
    .option('--timeout <time>', 'its time limit: 90, 10m, 1h30m', seconds)
    .option('--workspace <folder>', 'a folder below the workspaces root; default: a new one')
    .option('--wait-through-pause', 'without a terminal: wait also while a login or credit is missing');
  addPromptFlags(addCheckFlags(command)).action(async (words: string[], _: unknown, self: Command) => {
    const options: Options = self.optsWithGlobals();
    const task = await taskOf(words, options);
    const client = await clientOf(self, context);
    const { workspace, json = false, waitThroughPause } = options;
    const submission = workspace === undefined ? {} : { workspace };
    const { runOne } = await import('../follow/run-one.ts');
    end(await runOne(client, task, submission, { json, waitThroughPause }, context));
  });
};

async function taskOf(words: readonly string[], options: Options): Promise<TaskInput> {
  const { prompt, timeout } = options;
  if ((words.length === 0) === (prompt === undefined))
    throw new CliError(EXIT.usage, 'run needs either a command, in quotes, or -p with a prompt.');
  const rest = {
    ...(timeout === undefined ? {} : { timeout }),
    ...checkOptionsOf(options),
    ...promptOptionsOf(options),
  };
  if (prompt === undefined) return { command: commandLine(words), ...rest };
  const { readStandardInput } = await import('../options/standard-input.ts');
  return { prompt: prompt === '-' ? await readStandardInput() : prompt, ...rest };
}

/** One word is a command line; several are a program and its arguments, which the shell receives unchanged. */
function commandLine(words: readonly string[]): string {
  const [only = ''] = words;
  return words.length === 1 ? only : words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
