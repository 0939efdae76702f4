import { findProgram } from '@cc-executor/service-kit';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

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
  return own ?? programIn(join(installed, 'codex')) ?? findProgram(['codex'], path);
}

/** Returns the program of an installation by npm in a folder; null: there is none for this system. */
function programIn(folder: string): string | null {
  const vendor = join(folder, `node_modules/@openai/codex-${process.platform}-${process.arch}/vendor`);
  const name = process.platform === 'win32' ? 'codex.exe' : 'codex';
  const systems = existsSync(vendor) ? readdirSync(vendor) : [];
  return systems.map((system) => join(vendor, system, 'bin', name)).find((file) => existsSync(file)) ?? null;
}
