import { labelOf } from './task-labels.ts';

/** Returns whether a text without a name is Markdown: a heading is a comment in YAML, and a task in a line a key. */
export function isMarkdown(text: string): boolean {
  return text.split(/\r?\n/).some((line) => {
    const [mark = ''] = /^ {0,3}#{1,6}[ \t]+/.exec(line) ?? [];
    const label = labelOf(line.slice(mark.length));
    return label !== null && (mark !== '' || label.separator !== '');
  });
}
