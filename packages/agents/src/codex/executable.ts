import { findProgram } from '@cc-executor/service-kit';
import { join } from 'node:path';
import { installedProgram } from '../installed-program.ts';

export interface CodexPlaces {
  /** The user's own, by a setting; null: none is set. */
  own: string | null;
  /** The folder into which agents are installed, which may not exist. */
  installed: string;
  /** The search path of the worker. */
  path: string | undefined;
}

/** Returns the path of the Codex to run: that of the setting, the installed one, or the first on the search path; null: there is none. */
export function codexExecutable({ own, installed, path }: CodexPlaces): string | null {
  return own ?? installedProgram('codex', join(installed, 'codex')) ?? findProgram(['codex'], path);
}
