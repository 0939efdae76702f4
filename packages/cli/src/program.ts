import type { Command } from 'commander';
import type { AddCommand } from './add-command.ts';
import { addAgents } from './commands/agents.ts';
import { addAnalyze } from './commands/analyze.ts';
import { addApply } from './commands/apply.ts';
import { addExport } from './commands/export.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addControl } from './commands/control.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addHistory } from './commands/history.ts';
import { addHooks } from './commands/hooks.ts';
import { addInit } from './commands/init.ts';
import { addInspect } from './commands/inspect.ts';
import { addKey } from './commands/key.ts';
import { addList } from './commands/list.ts';
import { addLogin } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addReport } from './commands/report.ts';
import { addMcp } from './commands/mcp.ts';
import { addPrompts } from './commands/prompts.ts';
import { addRerun } from './commands/rerun.ts';
import { addRestore } from './commands/restore.ts';
import { addResults } from './commands/results.ts';
import { addRm } from './commands/rm.ts';
import { addRun } from './commands/run.ts';
import { addSearch } from './commands/search.ts';
import { addServer } from './commands/server.ts';
import { addStatus } from './commands/status.ts';
import { addSubmit } from './commands/submit.ts';
import { addVerify } from './commands/verify.ts';
import { addTest } from './commands/test.ts';
import { addVersion } from './commands/version.ts';
import { addWatch } from './commands/watch.ts';
import type { Context } from './context.ts';
import { EXAMPLES } from './examples.ts';
import { OwnCommand } from './options/own-command.ts';
import { refuseUnknownNames } from './options/unknown-names.ts';
import { writeText } from './print/terminal.ts';
import { version } from './version.ts';

const COMMANDS: readonly AddCommand[] = [
  addServer,
  addRun,
  addSubmit,
  addAnalyze,
  addExport,
  addCheck,
  addList,
  addStatus,
  addResults,
  addWatch,
  addLogs,
  addSearch,
  addInspect,
  addDiff,
  addApply,
  addRestore,
  addRerun,
  addControl,
  addRm,
  addVerify,
  addReport,
  addKey,
  addHistory,
  addAgents,
  addHooks,
  addPrompts,
  addMcp,
  addConfig,
  addInit,
  addLogin,
  addDoctor,
  addTest,
  addCompletion,
  addVersion,
];

const EXIT_CODES = `
Exit codes: 0 done, 1 a task failed, 2 wrong usage, 3 the server can't be reached, 4 cancelled, 5 timed out, 6 paused;
under "run" a command's own, and 130 where a watch was let go of by Ctrl-C.`;

/** Returns the whole command line. `begin` is called with the command that runs. */
export function buildProgram(
  context: Context,
  end: (exitCode: number) => void,
  begin: (command: Command) => void = () => undefined,
): Command {
  const program = new OwnCommand('cc-executor')
    .description('Runs long lists of tasks through a coding agent, unattended.')
    .option('--url <url>', 'the server; default: CC_EXECUTOR_URL, else the one on this machine')
    .option('--json', 'print JSON, and nothing else, on standard output')
    .option('--debug', 'show where in the code a failure came from')
    .version(version, '-V, --version', 'the version of this command')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES)
    .configureOutput({
      writeOut: (text) => writeText('stdout', text),
      writeErr: (text) => writeText('stderr', text),
    })
    .exitOverride();
  program.hook('preAction', async (_, action) => {
    begin(action);
    await refuseUnknownNames(action, context.env);
  });
  for (const add of COMMANDS) add(program, context, end);
  addExamples(program, []);
  return program;
}

function addExamples(command: Command, words: readonly string[]): void {
  const lines = EXAMPLES[words.join(' ')] ?? [];
  if (lines.length > 0)
    command.addHelpText('after', ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n'));
  for (const below of command.commands) addExamples(below, [...words, below.name()]);
}
