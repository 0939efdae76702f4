import { CcLocalError, CcServerError, type ExecutionStatus } from '@cc-executor/sdk';
import { TEXTS } from './texts.ts';

/** Returns whether an execution in this state has ended. */
export function hasEnded(status: ExecutionStatus): boolean {
  return ['completed', 'failed', 'cancelled'].includes(status);
}

/** Returns the name of a task, or the first line of its text. */
export function titleOf({ name, text }: { name: string | null; text: string }): string {
  return name ?? text.trim().split('\n', 1)[0] ?? '';
}

/** Returns seconds for people: "0.8 s", "3 min 5 s", "2 h 10 min". */
export function duration(seconds: number | null): string {
  if (seconds === null) return TEXTS.unknown;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds).toString()} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${String(hours)} h ${String(minutes)} min` : `${String(minutes)} min ${String(rest)} s`;
}

/** Returns an amount for people; null is not known, and never $0.00. */
export function dollars(amount: number | null): string {
  if (amount === 0) return '$0';
  return amount === null ? TEXTS.unknown : `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

export function bytes(value: number): string {
  if (value < 1024) return `${String(value)} bytes`;
  const units = ['KiB', 'MiB', 'GiB'];
  let [amount, unit] = [value / 1024, 0];
  while (amount >= 1024 && unit < units.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${amount.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Returns a time in the zone of the reader: "07:12" of today, else with the day. */
export function clock(time: string | null, now = new Date()): string {
  if (time === null) return '–';
  const at = new Date(time);
  const hour = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return hour;
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${hour}`;
}

export function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

/** Returns whether an error says that the server is away, and may come back. */
export function isAway(error: unknown): boolean {
  if (error instanceof CcServerError) return error.status === 503 || error.status === 500;
  return error instanceof CcLocalError && error.code === 'UNREACHABLE';
}

/** Texts that replace an error's own sentence, by code. */
const WAYS_ON: Readonly<Record<string, string>> = {
  EXECUTION_NOT_FOUND: TEXTS.notFound,
  TASK_NOT_FOUND: TEXTS.noTask,
  UNREACHABLE: TEXTS.unreachable,
};
/** Texts that follow the server's sentence. */
const MORE_TO_DO: Readonly<Record<string, string>> = {
  ARCHIVE_DAMAGED: TEXTS.archiveDamaged,
  STORE_UNAVAILABLE: TEXTS.storeAway,
};

/** Returns an error as a sentence, with what can be done where that is known. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CcServerError || error instanceof CcLocalError) {
    const own = WAYS_ON[error.code];
    if (own !== undefined) return own;
    const more = MORE_TO_DO[error.code];
    if (more !== undefined) return `${error.message} ${more}`;
  }
  if (error instanceof CcServerError && error.errors.length > 0)
    return [error.message, ...error.errors.map(({ path, message }) => `${path} ${message}.`)].join(' ');
  return error instanceof Error ? error.message : String(error);
}
