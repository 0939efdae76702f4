import { readFile } from 'node:fs/promises';
import { isBelow } from './real-path.ts';

/**
 * Returns a mount point inside a folder, by its real path; null: none, or the system has no such list.
 * Source: proc_pid_mountinfo(5).
 */
export async function mountIn(folder: string): Promise<string | null> {
  const list = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const points = list.split('\n').map((line) => unescaped(line.split(' ')[4] ?? ''));
  return points.find((point) => isBelow(folder, point)) ?? null;
}

/** White space is written as octal numbers, for bytes below 128. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}
