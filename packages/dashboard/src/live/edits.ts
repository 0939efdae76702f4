import type { DiffLine } from '../parts/diff-model.ts';
import type { Part } from './story.ts';

/** A change of one file by a call of a tool. */
export interface Edit {
  path: string;
  lines: DiffLine[];
}

/** Returns the change that a call of a tool makes, by what it was called with; null: it changes no file. */
export function editIn(input: unknown): Edit | null {
  const { file_path: path, old_string: before, new_string: after, content } = fieldsOf(input);
  if (typeof path !== 'string') return null;
  if (typeof before === 'string' && typeof after === 'string')
    return { path, lines: [...linesOf(before, 'minus'), ...linesOf(after, 'plus')] };
  return typeof content === 'string' ? { path, lines: linesOf(content, 'plus') } : null;
}

/** The agent's message before it changed a file, and its position. */
export interface Reason {
  /** The seq of the call that made the change. */
  seq: number;
  text: string;
}

/**
 * Returns what the agent said before each change of a file, in its order. `path` is relative to the workspace, and tools
 * name files by their whole paths.
 */
export function reasonsFor(path: string, parts: readonly Part[]): Reason[] {
  const reasons: Reason[] = [];
  let said = '';
  for (const part of parts) {
    if (part.kind === 'text') said = part.text;
    if (part.kind !== 'tool') continue;
    reasons.push(...reasonsFor(path, part.inner));
    const edit = part.result?.isError === true ? null : editIn(part.input);
    if (edit === null || said === '') continue;
    if ((edit.path === path || edit.path.endsWith(`/${path}`)) && reasons.at(-1)?.text !== said)
      reasons.push({ seq: part.seq, text: said });
  }
  return reasons;
}

function linesOf(text: string, kind: 'minus' | 'plus'): DiffLine[] {
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ kind, text: line }));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
