import type { ReadData } from './read-data.ts';
import { UNREADABLE } from '../texts/new-list.ts';

/** A list as it stands in the editor. */
export interface ReadList extends Pick<ReadData, 'faults' | 'lineOf'> {
  tasks: readonly unknown[];
  /** What it says beside its tasks. */
  options: Readonly<Record<string, unknown>>;
}

const NOTHING = { tasks: [], options: {}, faults: [] } as const;

/**
 * Returns the list that a text has: JSON or YAML, as `POST /execute` takes it, or a task in each line: a prompt or, after
 * a `$`, a command. Never rejects for a text.
 */
export async function readList(text: string): Promise<ReadList> {
  const format = formatOf(text);
  if (format === 'lines') return readLines(text);
  const { value, faults, lineOf } =
    format === 'json'
      ? (await import('./read-json.ts')).readJson(text)
      : (await import('./read-yaml.ts')).readYaml(text);
  if (faults.length > 0) return { ...NOTHING, faults, lineOf };
  if (Array.isArray(value)) return { ...NOTHING, tasks: value, lineOf };
  const { tasks, ...options } = { ...(value as Record<string, unknown> | null) };
  if (!Array.isArray(tasks))
    return { ...NOTHING, faults: [{ line: 1, message: UNREADABLE.noTasks }], lineOf };
  return { tasks, options, faults: [], lineOf };
}

/** Returns the names of the variables that a text has places for, as in `{{vars.name}}`, and those of `vars`. */
export function variablesIn(text: string, { vars }: ReadList['options']): string[] {
  const used = [...text.matchAll(/\{\{\s*vars\.([A-Za-z_][\w-]*)\s*\}\}/g)].map(([, name = '']) => name);
  const known = typeof vars === 'object' && vars !== null ? Object.keys(vars) : [];
  return [...new Set([...known, ...used])];
}

/** A list of YAML begins with a dash, or has a line that names its tasks. */
function formatOf(text: string): 'json' | 'yaml' | 'lines' {
  const first = /^[ \t]*[^#\s].*$/m.exec(text)?.[0] ?? '';
  if (/^\s*[[{]/.test(first)) return 'json';
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
