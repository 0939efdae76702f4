import type { FileFault, Format } from '@cc-executor/task-files';
// The readers themselves are loaded with the first text that needs them.
import { isMarkdown } from '@cc-executor/task-files/is-markdown';
import { UNREADABLE } from '../texts/new-list.ts';

/** A list as it stands in the editor. */
export interface ReadList {
  tasks: readonly unknown[];
  /** Its fields besides the tasks. */
  options: Readonly<Record<string, unknown>>;
  /** Why it cannot be read. */
  faults: readonly FileFault[];
  /** Notes about text that is interpreted in an unexpected way. */
  notes: readonly FileFault[];
  /**
   * Returns the line, from 1, of the value that a path names, like `tasks[2].timeout`, or of the nearest one around it; null:
   * it is in no line.
   */
  lineOf: (path: string) => number | null;
}

const NOTHING = { tasks: [], options: {}, faults: [], notes: [] } as const;

/**
 * Returns the list that a text has: a task file in Markdown, YAML or JSON, or a task in each line: a prompt or, after a `$`,
 * a command. Never rejects for a text.
 */
export async function readList(text: string): Promise<ReadList> {
  const format = formatOf(text);
  if (format === 'lines') return readLines(text);
  const { pathOf, readSource } = await import('@cc-executor/task-files');
  const { value, faults, notes = [], locate } = readSource(text, format);
  const found = { ...NOTHING, notes, lineOf: (path: string) => locate(pathOf(path)).line };
  if (faults.length > 0) return { ...found, faults };
  const { tasks, ...options } = { ...(value as Record<string, unknown> | null) };
  if (!Array.isArray(tasks))
    return { ...found, faults: [{ line: 1, column: 1, message: UNREADABLE.noTasks }] };
  return { ...found, tasks, options };
}

/** Returns the names of the variables that a text has places for, as in `{{vars.name}}`, and those of `vars`. */
export function variablesIn(text: string, { vars }: ReadList['options']): string[] {
  const used = [...text.matchAll(/\{\{\s*vars\.([A-Za-z_][\w-]*)\s*\}\}/g)].map(([, name = '']) => name);
  const known = typeof vars === 'object' && vars !== null ? Object.keys(vars) : [];
  return [...new Set([...known, ...used])];
}

/** A list of YAML begins with a dash, or has a line that names its tasks. */
function formatOf(text: string): Format | 'lines' {
  const first = /^[ \t]*[^#\s].*$/m.exec(text)?.[0] ?? '';
  if (/^\s*[[{]/.test(first)) return 'json';
  if (isMarkdown(text)) return 'markdown';
  if (first.startsWith('- ')) return 'yaml';
  return /^(?:---|[a-z_]+:)/.test(first) && /^tasks:/m.test(text) ? 'yaml' : 'lines';
}

function readLines(text: string): ReadList {
  const found = text.split('\n').flatMap((whole, index) => {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) return [];
    return [{ line: index + 1, task: line.startsWith('$') ? { command: line.slice(1).trim() } : line }];
  });
  const lineOf = (path: string) => found[Number(/^tasks\[(\d+)\]/.exec(path)?.[1] ?? -1)]?.line ?? null;
  return {
    ...NOTHING,
    tasks: found.map(({ task }) => task),
    lineOf,
  };
}
