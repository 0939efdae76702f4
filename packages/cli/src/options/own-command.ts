import { Command, type ErrorOptions } from 'commander';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { usageText } from './usage-text.ts';

/** A command whose usage errors are like all others: what is wrong, with which value, and what to do. */
export class OwnCommand extends Command {
  override createCommand(name?: string): OwnCommand {
    return new OwnCommand(name);
  }

  override error(message: string, { code = '' }: ErrorOptions = {}): never {
    throw new CliError(EXIT.usage, usageText(this, code, message));
  }
}

/** Returns the words of a command, such as `cc-executor history list`. */
export function wordsOf(command: Command): string {
  return command.parent === null ? command.name() : `${wordsOf(command.parent)} ${command.name()}`;
}
