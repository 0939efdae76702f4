import { ACP_PROGRAMS, AGENT_PROGRAMS } from '@cc-executor/contracts';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AcpScript } from './steps.ts';

const FAKE = fileURLToPath(new URL('./main.ts', import.meta.url));
const { resolve } = createRequire(import.meta.url);
const NAMES = Object.keys(ACP_PROGRAMS) as (keyof typeof ACP_PROGRAMS)[];

/** Returns the command of an agent of the Agent Client Protocol that does what a script says. */
export function acpFake(script: AcpScript = {}): { command: string; args: string[] } {
  return { command: process.execPath, args: [FAKE, JSON.stringify(script)] };
}

/**
 * Puts the real agents of the Agent Client Protocol where an installation by cc-executor has them, below a folder. Returns their
 * names: there is an OpenCode for some systems only.
 */
export function installAcpAgents(folder: string): (keyof typeof ACP_PROGRAMS)[] {
  return NAMES.filter((name) => {
    const [{ folder: place }] = AGENT_PROGRAMS[name].packages;
    const real = packageFolder(place);
    if (real === null) return false;
    const link = join(folder, name, 'node_modules', place);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(real, link);
    return true;
  });
}

/** The folder of a package of the tests; null: it is not for this system. */
function packageFolder(name: string): string | null {
  try {
    return dirname(resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}
