import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { whole } from '../options/option-values.ts';
import { note, paint, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';
import { showCount } from '../print/terminal.ts';

interface AssessOptions extends GlobalOptions {
  real?: true;
  output?: string;
  only?: string[];
}

interface StressOptions extends GlobalOptions {
  tasks: number;
  parallel: number;
}

const SIGNS = {
  passed: paint('green', '✓'),
  failed: paint('red', '✗'),
  skipped: paint('yellow', '-'),
} as const;

export const addTest: AddCommand = (program, context, end) => {
  const test = program
    .command('test')
    .summary('test this installation: assess, stress')
    .description('Tests whether this installation works, and how much load it takes.');
  test
    .command('assess')
    .description('Starts a temporary server, tests its behaviour through its API, and writes a report.')
    .option(
      '--real',
      'with your own model and account: this spends tokens; default: a scripted model, which costs nothing',
    )
    .option('--output <folder>', 'where the report and all that was sent and received goes')
    .option('--only <check...>', 'only these checks')
    .action(async (_: unknown, command: Command) => {
      const { real, output, only, json }: AssessOptions = command.optsWithGlobals();
      const isReal = real === true;
      const { assess, CHECKS } = await import('../assess/assess.ts');
      const { countsOf } = await import('../assess/report.ts');
      const { reportFolder } = await import('../assess/report-folder.ts');
      const unknown = only?.find((id) => !CHECKS.some((check) => check.id === id));
      if (unknown !== undefined)
        throw new CliError(
          EXIT.usage,
          `There is no check "${unknown}"; there are ${CHECKS.map(({ id }) => id).join(', ')}.`,
        );
      if (isReal)
        note('With --real the prompts of this assessment go to your own account: this spends tokens.');
      const folder = output ?? reportFolder(context.env);
      const assessment = await assess({
        env: context.env,
        isReal,
        folder,
        only,
        onChecked: ({ id, title, result, message, seconds }) => {
          if (json === true) return;
          print(`${SIGNS[result]} ${id}: ${title} (${seconds.toFixed(1)} s)`);
          if (message !== null) print(message.replace(/^/gm, '    '));
        },
      });
      const { passed, failed, skipped } = countsOf(assessment);
      if (failed > 0) end(EXIT.failed);
      if (json === true) return printJson({ ...assessment, folder });
      print(
        `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped; the report is in ${folder}`,
      );
    });
  test
    .command('stress')
    .description('Submits many tasks at once and reports throughput, latencies and failures.')
    .argument('[file]', 'a task file whose tasks are used in turn; default: a command that does nothing')
    .option('--tasks <n>', 'the number of tasks', whole, 100)
    .option('--parallel <n>', 'tasks at the same time', whole, 10)
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const { tasks: count, parallel, json }: StressOptions = command.optsWithGlobals();
      const { readTaskFile } = await import('../task-files/read-task-file.ts');
      const { stress } = await import('../stress/stress.ts');
      const { tasks, ...options } =
        file === undefined ? { tasks: [{ command: 'true' }] } : await readTaskFile(file);
      if (tasks.some((task) => typeof task === 'string' || task.prompt !== undefined))
        note('This file has prompts: running them spends tokens.');
      const client = await clientOf(command, context);
      // An unreachable server is reported at once, and not as many failures.
      await client.health();
      const done = await stress({
        client,
        tasks,
        options,
        count,
        parallel,
        onRun: (runs) => {
          showCount(runs, count);
        },
      });
      if (done.completed < done.tasks) end(EXIT.failed);
      if (json === true) return printJson(done);
      const { printStress } = await import('../stress/print-stress.ts');
      printStress(done);
    });
};
