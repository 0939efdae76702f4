import { renumberReferences } from '@cc-executor/contracts';
import type { Section } from './markdown-outline.ts';

type Task = Record<string, unknown>;

/**
 * Tasks that need others, pick from them, or whose templates name them, by the number that those have in the file: the server counts them from 1. A
 * number that no task of the file has is a fault; `task`: whose, from 0.
 */
export function withPositions(
  tasks: readonly Task[],
  sections: readonly Section[],
  options: Readonly<Record<string, unknown>>,
): { tasks: readonly Task[]; faults: { task: number; message: string }[] } {
  const positions = new Map(sections.map(({ number }, index) => [number, index + 1] as const));
  if ([...positions].every(([number, position]) => number === String(position))) return { tasks, faults: [] };
  const faults: { task: number; message: string }[] = [];
  const positionOf = (number: string, index: number): number | null => {
    const position = positions.get(number);
    if (position === undefined && /^\d+$/.test(number))
      faults.push({
        task: index,
        message: `refers to Task ${number.slice(0, 20)}, which this file does not have`,
      });
    return position ?? null;
  };
  const renumbered = tasks.map((given, index) => {
    const numbered = (need: unknown): unknown =>
      typeof need === 'number' ? (positionOf(String(need), index) ?? need) : need;
    const task: Task = {
      ...given,
      ...(Array.isArray(given['needs']) && { needs: given['needs'].map(numbered) }),
      ...(given['pick'] !== undefined && { pick: numbered(given['pick']) }),
    };
    if (typeof task['prompt'] !== 'string' || (task['template'] ?? options['template']) !== true) return task;
    const prompt = renumberReferences(task['prompt'], (number) => positionOf(number, index));
    return { ...task, prompt };
  });
  return { tasks: renumbered, faults };
}
