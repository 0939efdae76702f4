import { echo } from './errors.ts';

/** Returns `['tasks', 2, 'timeout']` as `tasks[2].timeout`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`;
    const name = echo(String(key));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
