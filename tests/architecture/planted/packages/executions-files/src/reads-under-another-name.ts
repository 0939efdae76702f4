import { readFileSync as look } from 'node:fs';

export const text = look('/data/stack.json', 'utf8');
