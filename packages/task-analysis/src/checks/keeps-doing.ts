import type { Category } from '@cc-executor/contracts';
import { classify } from '../classify/classify.ts';

/** Categories whose result is a created or changed thing, and not text about it. */
const DOING: ReadonlySet<Category> = new Set([
  'code',
  'architecture',
  'creative',
  'data',
  'file',
  'system_command',
  'test',
  'build',
]);

/** Returns false if a prompt that asks to do something became one that asks to explain it. */
export function keepsDoing(original: string, amended: string): boolean {
  const categoryOf = (text: string) => classify({ kind: 'prompt', text }).category;
  return !DOING.has(categoryOf(original)) || categoryOf(amended) !== 'explanation';
}
