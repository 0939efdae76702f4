import { ACP_PROGRAMS, type InstallableAgent } from '@cc-executor/contracts';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the program of an agent that npm has installed in a folder; null: there is none for this system. One that ends with
 * ".js" is run by Node.
 */
export function installedProgram(agent: InstallableAgent, folder: string): string | null {
  if (agent === 'codex') return codexIn(folder);
  const file = join(folder, ACP_PROGRAMS[agent].file);
  return existsSync(file) ? file : null;
}

function codexIn(folder: string): string | null {
  const vendor = join(folder, `node_modules/@openai/codex-${process.platform}-${process.arch}/vendor`);
  const name = process.platform === 'win32' ? 'codex.exe' : 'codex';
  const systems = existsSync(vendor) ? readdirSync(vendor) : [];
  return systems.map((system) => join(vendor, system, 'bin', name)).find((file) => existsSync(file)) ?? null;
}
