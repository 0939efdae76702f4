import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a suite has found. */
export interface Figures {
  suite: string;
  inputs: number;
  /** How many answers of each status or kind. */
  kinds: Record<string, number>;
  slowestMs: number;
  /** What was answered the slowest. */
  slowest: string;
  /** Answers after more than a second. */
  hangs: number;
  crashes: number;
  /** Of each service after the warm-up and at the end, in MiB. */
  memory: string;
  wrong: readonly string[];
}

/** Keeps a suite's figures for the table, when `npm run security` has asked for one. */
export async function record(figures: Figures): Promise<void> {
  const folder = process.env['CC_SECURITY_FIGURES'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${figures.suite.replaceAll(' ', '-')}.json`), JSON.stringify(figures));
}
