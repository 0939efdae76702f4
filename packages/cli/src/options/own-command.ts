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
