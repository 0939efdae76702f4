import { createHash } from 'node:crypto';
import type { Classification } from '@cc-executor/task-analysis';

/** Numbers change from run to run, but the kind does not. */
const NUMBERS = /\d+/g;

/** Returns the names of a task's levels, from the whole agent to exactly this text: the keys of its history. */
export function levelsOf(agent: string, text: string, found: Classification): string[] {
  const { category, complexity, stem, signature } = found;
  const same = text.trim().toLowerCase().replace(NUMBERS, '#').replace(/\s+/g, ' ');
  const hash = createHash('sha256').update(same).digest('base64url').slice(0, 16);
  return [
    agent,
    `${agent}|${category}.${complexity}`,
    `${agent}|${category} ${stem}`,
    `${agent}|${category} ${stem}: ${signature}`,
    `${agent}|=${hash}`,
  ];
}
