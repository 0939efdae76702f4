import { CcError, echo } from '@cc-executor/contracts';
import { parseArgsStringToArgv } from 'string-argv';

/** Splits a command line that runs without a shell into program and arguments; quotes group, nothing is expanded. */
export function programOf(command: string): { program: string; args: string[] } {
  const [program = '', ...args] = parseArgsStringToArgv(command);
  return { program, args };
}

/** Returns what is wrong with a command if only some programs are allowed; null: nothing. */
export function refusalOf(command: string, allowed: readonly string[]): string | null {
  const { program } = programOf(command);
  return allowed.includes(program)
    ? null
    : `"${echo(program)}" is not one of ALLOWED_COMMANDS (${allowed.join(', ')})`;
}

/**
 * Returns a check of commands before they are stored; `allowed` null allows all. The check throws COMMAND_NOT_ALLOWED with every
 * command that is not allowed, by its path in the request.
 */
export function commandCheck(allowed: readonly string[] | null) {
  return (commands: readonly { path: string; command: string }[]): void => {
    const errors = commands.flatMap(({ path, command }) => {
      const message = allowed && refusalOf(command, allowed);
      return message ? [{ path, message }] : [];
    });
    const [first] = errors;
    if (first) throw new CcError('COMMAND_NOT_ALLOWED', `${first.message}.`, { errors });
  };
}
