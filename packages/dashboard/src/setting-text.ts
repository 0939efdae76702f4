import type { Configuration } from '@cc-executor/sdk';
import { bytes, count } from './words.ts';

type Unit = NonNullable<Configuration['units']>[string];

const STEPS = [
  ['day', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** Returns the value of a setting for people: bytes and durations in the units that one reads, lists with commas. */
export function settingText(value: unknown, unit?: Unit): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((one) => settingText(one, unit)).join(', ');
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (unit === 'bytes') return bytes(value).replace(/\.0(?= )/, '');
    return unit === 'seconds' ? span(value) : String(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Returns seconds as days, hours, minutes and seconds, without those of which there are none. */
function span(seconds: number): string {
  let left = seconds;
  const parts: string[] = [];
  for (const [name, size] of STEPS) {
    const whole = Math.floor(left / size);
    if (whole > 0) parts.push(`${count(whole)} ${name === 'day' && whole > 1 ? 'days' : name}`);
    left -= whole * size;
  }
  if (left > 0 || parts.length === 0) parts.push(`${count(Math.round(left * 1000) / 1000)} s`);
  return parts.join(' ');
}
