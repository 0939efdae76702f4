import type { CheckOptions } from '@cc-executor/contracts';
import { type Command, Option } from 'commander';
import { also, whole } from './option-values.ts';

/** The options of the checks that follow a task. */
export interface CheckFlags {
  check?: string[];
  onCheckFailure?: CheckOptions['on_check_failure'];
  maxFixes?: number;
}

/** Adds the flags to a command. */
export function addCheckFlags(command: Command): Command {
  return command
    .option('--check <command>', 'a command that must pass afterwards; repeatable', also)
    .addOption(
      new Option('--on-check-failure <what>', 'what follows a check that fails').choices([
        'fail',
        'warn',
        'fix',
      ]),
    )
    .option('--max-fixes <n>', 'how often a new agent may try to fix failed checks', whole);
}

/** Returns the given flags as options of a task. */
export function checkOptionsOf({ check, onCheckFailure, maxFixes }: CheckFlags): CheckOptions {
  return {
    ...(check === undefined ? {} : { checks: check }),
    ...(onCheckFailure === undefined ? {} : { on_check_failure: onCheckFailure }),
    ...(maxFixes === undefined ? {} : { max_fixes: maxFixes }),
  };
}
