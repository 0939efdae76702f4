import { stripVTControlCharacters } from 'node:util';

const SHOWN_LEVELS = new Set(['warn', 'error', 'fatal']);

/**
 * Returns the part of a service's line that a person should see: a warning or an error in short form, and lines
 * that are not log lines; null: nothing.
 */
export function shortLine(service: string, line: string): string | null {
  const entry = parse(line);
  if (entry === null) return line.trim() === '' ? null : clean(`${service}: ${line}`);
  if (!SHOWN_LEVELS.has(entry.level)) return null;
  const error = entry.err?.message ?? '';
  const why = error === '' || error === entry.msg ? '' : `: ${error}`;
  return clean(`${service}: ${entry.level}: ${entry.msg ?? ''}${why}`);
}

interface LogEntry {
  level: string;
  msg?: string;
  err?: { message?: string };
}

function parse(line: string): LogEntry | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry = JSON.parse(line) as Partial<LogEntry>;
    return typeof entry.level === 'string' ? { ...entry, level: entry.level } : null;
  } catch {
    return null;
  }
}

/** Returns one line without control sequences: an error's text may contain output of a task. */
export function clean(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' / ')
    .slice(0, 500);
}
