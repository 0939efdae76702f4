import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { whole } from '../options/option-values.ts';
import { timeOption } from '../options/time-value.ts';
import { printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface Options extends GlobalOptions {
  from?: Date;
  to?: Date;
  top: number;
}

export const addPrompts: AddCommand = (program, context) => {
  program
    .command('prompts')
    .summary('statistics of prompts: stats')
    .description('Statistics of prompts, from the history.')
    .command('stats')
    .description('Shows for each prompt how often it succeeded and failed, and why, from the history.')
    .option(
      '--from <time>',
      'only attempts that ended since: 2h, yesterday, 2026-01-31, 2026-01-31T20:00:00Z',
      timeOption,
    )
    .option('--to <time>', 'only attempts that ended before this time', timeOption)
    .option('--top <n>', 'the number of prompts, those with the most attempts first', whole, 20)
    .action(async (_: unknown, command: Command) => {
      const { from, to, top, json }: Options = command.optsWithGlobals();
      const client = await clientOf(command, context);
      const { PromptStats } = await import('../prompts/prompt-stats.ts');
      const stats = new PromptStats();
      for await (const row of client.history({ from, to })) stats.take(row);
      const summary = stats.summary(top);
      if (json === true) return printJson(summary);
      const { printPromptStats } = await import('../prompts/print-prompt-stats.ts');
      printPromptStats(summary);
    });
};
