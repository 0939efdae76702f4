import { at } from './outline/document.ts';
import { labelOf } from './task-labels.ts';
import type { FileFault } from './source.ts';

export interface FrontMatter {
  /** Its content; null: the file has none. */
  text: string | null;
  /** The line with its first "---", from 0. */
  line: number;
  /** The line after it, from 0. */
  end: number;
  faults: FileFault[];
}

/** The front matter of a file: between a line "---" before everything else and the next one. */
export function frontMatterOf(lines: readonly string[]): FrontMatter {
  const line = lines.findIndex((text) => text.trim() !== '');
  const none = { text: null, line: 0, end: 0, faults: [] };
  const opening = (lines[line] ?? '').trimEnd();
  if (opening === '+++')
    return { ...none, faults: [{ ...at(line), message: 'front matter is YAML, between two lines "---"' }] };
  if (opening !== '---') return none;
  const task = lines.findIndex((text, index) => index > line && isTask(text));
  const closing = lines.findIndex((text, index) => index > line && /^(?:---|\.\.\.)[ \t]*$/.test(text));
  if (closing !== -1 && (task === -1 || closing < task))
    return { text: lines.slice(line + 1, closing).join('\n'), line, end: closing + 1, faults: [] };
  const next = lines.slice(line + 1, line + 50).find((text) => text.trim() !== '') ?? '';
  // Else it is a rule.
  if (!/^[\w-]+[ \t]*:(?:[ \t]|$)/.test(next)) return none;
  const message = 'begins the front matter, which is never closed: write "---" below the options';
  return { text: null, line, end: task === -1 ? lines.length : task, faults: [{ ...at(line), message }] };
}

function isTask(text: string): boolean {
  const [mark = ''] = /^ {0,3}#{2,6}[ \t]+/.exec(text) ?? [];
  return mark !== '' && labelOf(text.slice(mark.length)) !== null;
}
