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

/** Returns the start of a text as one line. */
function short(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS - 1)}…` : line;
}

/** Returns the task of an attempt in one line. */
export function titleOf({ name, asked, sent }: Pick<Receipt, 'name' | 'asked' | 'sent'>): string {
  return name ?? short(asked ?? sent?.text ?? '');
}

export function changeLine({ change, path, encoding, bytes, sha256, note }: WorkspaceChange): string {
  const shown = encoding === undefined ? path : `${path} (${encoding})`;
  const what = change === 'removed' ? '' : `, ${String(bytes)} bytes`;
  const hash = sha256 === null ? '' : `, SHA-256 ${sha256}`;
  return `${change}: ${shown}${what}${hash}${note === undefined ? '' : ` (${note})`}`;
}
