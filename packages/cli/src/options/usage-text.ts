import { closestTo } from '@cc-executor/contracts/suggest';
import type { Command } from 'commander';
import { oneLine } from '../print/print.ts';

/** The length of a value that an error repeats, in characters. */
const ECHOED = 200;
/** Texts around the values in the library's errors. A value may contain them too, so the last one counts. */
const OPTION_VALUE = "' argument '";
const OPTION_INVALID = "' is invalid. ";
const MEANT = '(Did you mean ';
const OF_ARGUMENT = "' is invalid for argument '";

/** Returns the words of a command, such as `cc-executor history list`. */
export function wordsOf(command: Command): string {
  return command.parent === null ? command.name() : `${wordsOf(command.parent)} ${command.name()}`;
}

/** Returns a usage error of the command library as a sentence: what is wrong, with which value, and what to do. */
export function usageText(command: Command, code: string, message: string): string {
  const words = wordsOf(command);
  const told = message.replace(/^error: /, '');
  const options = `"${words} --help" lists its options.`;
  switch (code) {
    case 'commander.unknownOption': {
      const [, option = ''] = /^unknown option '([^]*?)'(?:\n|$)/.exec(told) ?? [];
      return `"${words}" has no option ${echo(option)}.${meant(told)} ${options}`;
    }
    case 'commander.unknownCommand': {
      const [, name = ''] = /^unknown command '([^]*?)'(?:\n|$)/.exec(told) ?? [];
      const what = command.parent === null ? 'There is no command' : `"${words}" has no command`;
      return `${what} "${echo(name)}".${meant(told)} "${words} --help" lists the commands.`;
    }
    case 'commander.missingArgument': {
      const [, name = ''] = /'([^]*)'/.exec(told) ?? [];
      const argument = command.registeredArguments.find((one) => one.name() === name);
      return `"${words}" needs <${name}>${about(argument?.description)}. ${options}`;
    }
    case 'commander.optionMissingArgument': {
      const [, flags = ''] = /'([^]*)'/.exec(told) ?? [];
      const option = everyOption(command).find((one) => one.flags === flags);
      return `The option ${flags} needs a value${about(option?.description)}. ${options}`;
    }
    case 'commander.invalidArgument':
      return invalid(told, options);
    case 'commander.excessArguments': {
      const [, most = '0'] = /\. Expected (\d+) /.exec(told) ?? [];
      const given = told.slice(told.indexOf(': ') + 2, -1);
      const takes = most === '0' ? 'no argument' : `at most ${most} argument${most === '1' ? '' : 's'}`;
      return `"${words}" takes ${takes}, and got: ${echo(given)}. Quote a value that has spaces. ${options}`;
    }
    default:
      return `${oneLine(told).replace(/\.$/, '')}. ${options}`;
  }
}

function invalid(told: string, options: string): string {
  const [flags, value, why] = partsOfOption(told);
  const at = told.lastIndexOf(OF_ARGUMENT);
  const given = told.slice("command-argument value '".length, at);
  const [, name = '', whyNot = ''] = /^([^']+)'\. ([^]*)$/.exec(told.slice(at + OF_ARGUMENT.length)) ?? [];
  const place = flags === undefined ? `<${name}>` : (/--[\w-]+/.exec(flags)?.[0] ?? flags);
  const got = flags === undefined ? given : value;
  return `${place}: got "${echo(got)}". ${expected(flags === undefined ? whyNot : why, got)} ${options}`;
}

/** Returns the flags, the value and the sentence of an error of an option. The value may have any text, the sentence not. */
function partsOfOption(told: string): [string | undefined, string, string] {
  const start = "option '";
  const begins = told.indexOf(OPTION_VALUE);
  const ends = told.lastIndexOf(OPTION_INVALID);
  if (!told.startsWith(start) || begins < 0 || ends < begins) return [undefined, '', ''];
  const value = told.slice(begins + OPTION_VALUE.length, ends);
  return [told.slice(start.length, begins), value, told.slice(ends + OPTION_INVALID.length)];
}

/** The sentence of a choice names all values, and the one that was probably meant. */
function expected(why: string, value: string): string {
  const [, list] = /^Allowed choices are ([^]*)\.$/.exec(why) ?? [];
  if (list === undefined) return why;
  const choices = list.split(', ');
  const near = closestTo(value, choices);
  return `It must be one of ${list}.${near === null ? '' : ` Did you mean ${near}?`}`;
}

function meant(told: string): string {
  const begins = told.lastIndexOf(MEANT);
  if (begins < 0) return '';
  const names = told
    .slice(begins + MEANT.length, told.lastIndexOf('?)'))
    .replace(/^one of /, '')
    .split(', ');
  const last = names.pop() ?? '';
  return ` Did you mean ${names.length === 0 ? last : `${names.join(', ')} or ${last}`}?`;
}

function about(description: string | undefined): string {
  return description ? `: ${description}` : '';
}

function everyOption(command: Command | null): Command['options'] {
  return command === null ? [] : [...command.options, ...everyOption(command.parent)];
}

function echo(value: string): string {
  const line = oneLine(value);
  return line.length > ECHOED ? `${line.slice(0, ECHOED).toWellFormed()}…` : line;
}
