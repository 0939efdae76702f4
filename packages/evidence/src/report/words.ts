import type { Receipt, WorkspaceChange } from '@cc-executor/contracts';

/** The length of a text that is shown in a line, in characters. */
const LINE_CHARACTERS = 120;

export function seconds(value: number | null): string {
  if (value === null) return 'not known';
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${String(hours)} h ${String(minutes)} min` : `${String(minutes)} min ${String(rest)} s`;
}

export function dollars(value: number | null): string {
  return value === null ? '-' : `$${value.toFixed(4)}`;
}

/** Returns US dollars for people. */
export function price(value: number | null): string {
  if (value === null) return 'not known';
  return value > 0 && value < 0.01 ? 'below $0.01' : `$${value.toFixed(2)}`;
}

/** Returns the seconds between two times; not below 0, as clocks jump. */
export function span(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}

/** Returns the sum of what is known; null if all are unknown. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Returns the start of a text as one line. */
function short(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS - 1)}…` : line;
}

/** Returns the task of an attempt in one line. */
export function titleOf({ name, asked, sent }: Pick<Receipt, 'name' | 'asked' | 'sent'>): string {
  return name ?? short(asked ?? sent?.text ?? '');
}

/** Returns the name of a changed file; of one that is not UTF-8 the base64. */
export function pathOf({ path, encoding }: Pick<WorkspaceChange, 'path' | 'encoding'>): string {
  return encoding === undefined ? path : `${path} (${encoding})`;
}

export function changeLine({ change, path, encoding, bytes, sha256, note }: WorkspaceChange): string {
  const shown = pathOf({ path, encoding });
  const what = change === 'removed' ? '' : `, ${String(bytes)} bytes`;
  const hash = sha256 === null ? '' : `, SHA-256 ${sha256}`;
  return `${change}: ${shown}${what}${hash}${note === undefined ? '' : ` (${note})`}`;
}
