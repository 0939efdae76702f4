import type { Submission } from '@cc-executor/sdk';
import { type Command, Option } from 'commander';
import { label, seconds } from './option-values.ts';

/** Values of a command line that override the task file. */
export interface OverrideFlags {
  id?: string;
  title?: string;
  workspace?: string;
  onFailure?: Submission['on_failure'];
  timeout?: number;
  model?: string;
  strict?: true;
  label?: Record<string, string>;
}

/** Adds the flags to a command. */
export function addOverrideFlags(command: Command): Command {
  return command
    .option('--id <id>', 'your own id for the execution')
    .option('--title <title>', 'what the list is called')
    .option('--label <label>', 'a label to find it by: key=value; repeatable', label)
    .option('--workspace <folder>', 'a folder below the workspaces root; default: a new one')
    .addOption(
      new Option('--on-failure <what>', 'what happens to the rest when a task fails').choices([
        'stop',
        'continue',
        'skip_dependents',
      ]),
    )
    .option('--timeout <time>', 'the time limit of each task without its own: 90, 10m, 1h30m', seconds)
    .option('--model <name>', 'the model of each prompt without its own')
    .option('--strict', 'refuse the list if a prompt is ambiguous');
}
