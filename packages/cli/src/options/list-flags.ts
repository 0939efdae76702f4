import { EXECUTION_STATES, type ExecutionStatus } from '@cc-executor/contracts/states';
import type { ListOptions } from '@cc-executor/sdk';
import { type Command, Option } from 'commander';
import { also } from './option-values.ts';
import { timeOption } from './time-value.ts';

/** Which executions a command is about. */
export interface ListFlags {
  status?: ExecutionStatus;
  label?: string[];
  outcome?: string;
  search?: string;
  from?: Date;
  to?: Date;
}

/** Adds the flags to a command. */
export function addListFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--status <status>', 'only executions in this state').choices(Object.keys(EXECUTION_STATES)),
    )
    .option(
      '--label <label>',
      'only executions with this label: key or key=value; with "!" before it: without',
      also,
    )
    .option('--outcome <outcome>', 'only executions with a task of this outcome, e.g. timed_out')
    .option('--search <words>', 'only executions whose title, id or labels contain these words')
    .option('--from <time>', 'submitted since: 2h, yesterday, 2026-01-31, 2026-01-31T20:00:00Z', timeOption)
    .option('--to <time>', 'submitted before', timeOption);
}

/** The flags that were given, as a client takes them. */
export function listOptionsOf({ status, label, outcome, search, from, to }: ListFlags): ListOptions {
  return { status, label, outcome: outcome as ListOptions['outcome'], q: search, from, to };
}
