import type { Argument, Command, Option } from 'commander';

/** The completions of a position: one of these words, the id of an execution, a file, or none. */
export type Kind = { words: readonly string[] } | 'id' | 'file' | null;

/** The completions after a typed command. */
export interface Place {
  /** Its own words, such as `history list`; empty: the program. */
  path: readonly string[];
  /** Commands below it. */
  commands: readonly string[];
  options: readonly { flag: string; takesValue: boolean; value: Kind }[];
  argument: Kind;
}

const FILES = /^(file|folder|path)$/;

/** Returns every place of the command line, the program's own first. */
export function placesOf(command: Command, path: readonly string[] = []): Place[] {
  const options = allOptions(command).flatMap((option) =>
    option.long == null
      ? []
      : [{ flag: option.long, takesValue: option.required || option.optional, value: valueOf(option) }],
  );
  const visible = command.commands.filter((below) => !below.name().startsWith('_'));
  const place: Place = {
    path,
    commands: visible.map((below) => below.name()),
    options: [...options, { flag: '--help', takesValue: false, value: null }],
    argument: argumentOf(command.registeredArguments[0]),
  };
  return [place, ...visible.flatMap((below) => placesOf(below, [...path, below.name()]))];
}

function allOptions(command: Command | null): Option[] {
  return command === null ? [] : [...command.options, ...allOptions(command.parent)];
}

function valueOf({ argChoices, flags, long }: Option): Kind {
  if (argChoices !== undefined) return { words: argChoices };
  if (long === '--execution') return 'id';
  const [, name = ''] = /[<[]([^>\].]+)/.exec(flags) ?? [];
  return FILES.test(name) && long !== '--workspace' ? 'file' : null;
}

function argumentOf(argument: Argument | undefined): Kind {
  if (argument === undefined) return null;
  if (argument.argChoices !== undefined) return { words: argument.argChoices };
  if (argument.name() === 'execution') return 'id';
  return FILES.test(argument.name()) ? 'file' : null;
}
