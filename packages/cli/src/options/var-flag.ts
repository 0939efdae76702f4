import { type Command, InvalidArgumentError } from 'commander';

/** Values for the variables of a task file, by name. */
export interface VarFlag {
  var?: Readonly<Record<string, string>>;
}

/** Adds `--var name=value`, which may be given again. */
export function addVarFlag(command: Command): Command {
  return command.option(
    '--var <name=value>',
    'a value for {{vars.name}} of the list; repeatable',
    (given: string, before: Record<string, string> | undefined) => {
      const at = given.indexOf('=');
      if (at < 1) throw new InvalidArgumentError('It must be a name and a value, such as branch=main.');
      return { ...before, [given.slice(0, at)]: given.slice(at + 1) };
    },
  );
}
