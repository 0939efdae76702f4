import { CcError, echo } from '@cc-executor/contracts';
import { parseArgsStringToArgv } from 'string-argv';

/** The program and arguments of a command line that runs without a shell; quotes group, nothing is expanded. */
export function programOf(command: string): { program: string; args: string[] } {
  const [program = '', ...args] = parseArgsStringToArgv(command);
  return { program, args };
}

/** What is wrong with a command where only some programs are allowed; null when nothing is. */
export function refusalOf(command: string, allowed: readonly string[]): string | null {
  const { program } = programOf(command);
  return allowed.includes(program)
    ? null
    : `"${echo(program)}" is not one of ALLOWED_COMMANDS (${allowed.join(', ')})`;
}

/**
 * A check of commands before they are stored; `allowed` null allows all. It throws COMMAND_NOT_ALLOWED with every
 * command, by its path in the request, that may not be run.
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
