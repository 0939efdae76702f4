import { createHash } from 'node:crypto';
import type { Classification } from '../classify/classify.ts';

/** Numbers change from run to run, and the kind does not. */
const NUMBERS = /\d+/g;

/** The names of a task's levels, from the agent as a whole to this very text: what its history is kept under. */
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
