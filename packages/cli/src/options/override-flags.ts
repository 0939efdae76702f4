import type { Submission } from '@cc-executor/sdk';
import { type Command, Option } from 'commander';
import { label, seconds } from './option-values.ts';

/** What a command line says of a list, over what its file says. */
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
    .option('--id <id>', 'an id of your own for the execution')
    .option('--title <title>', 'what the list is called')
    .option('--label <label>', 'by which it is found again: key=value; may be given again', label)
    .option('--workspace <folder>', 'a folder below the workspaces root; default: a fresh one')
    .addOption(
      new Option('--on-failure <what>', 'what happens to the rest when a task fails').choices([
        'stop',
        'continue',
        'skip_dependents',
      ]),
    )
    .option('--timeout <time>', 'of each task that has none of its own: 90, 10m, 1h30m', seconds)
    .option('--model <name>', 'of each prompt that has none of its own')
    .option('--strict', 'refuse the list when a prompt is ambiguous');
}
