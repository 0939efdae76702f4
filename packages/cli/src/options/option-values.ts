import { secondsIn } from '@cc-executor/contracts/duration';
import { InvalidArgumentError } from 'commander';

/** Parses an option's value as seconds: `90`, `10m`, `1h30m`. */
export function seconds(text: string): number {
  const value = secondsIn(text);
  if (value === null || value <= 0)
    throw new InvalidArgumentError('It must be a number of seconds, or a duration like 10m or 1h30m.');
  return value;
}

/** An option's value as a label, beside those that were given before: `key=value`, or `key` alone. */
export function label(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const [, key = '', value = ''] = /^([^=]*)=?([^]*)$/.exec(text) ?? [];
  if (key === '') throw new InvalidArgumentError('It must be a label, like team=web.');
  return { ...before, [key]: value };
}

/** Parses an option's value as a whole number, 1 or more. */
export function whole(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}

/** Parses an option's value as a position in a log: a whole number, 0 or more. */
export function position(text: string): number {
  return text === '0' ? 0 : whole(text);
}

/** Parses an option's value as an amount of US dollars. */
export function dollars(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('It must be an amount of dollars.');
  return value;
}

/** Adds an option's value to the previous ones. */
export function also(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
