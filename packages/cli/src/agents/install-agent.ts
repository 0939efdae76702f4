import { AGENT_PROGRAMS, type InstallableAgent } from '@cc-executor/contracts';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** What npm is asked: exactly the pinned packages, by their hashes, and no script of theirs is run. */
export const NPM = [
  'npm',
  'ci',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
] as const;

export interface Installation {
  agent: InstallableAgent;
  /** The folder in which agents are, one in each folder. */
  root: string;
}

/**
 * Installs an agent, or the pinned version in place of another one. An attempt that runs keeps the program that it has.
 * Throws a CliError if npm fails; then what was there before is still there.
 */
export async function installAgent({ agent, root }: Installation, env: Context['env']): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(join(root, `.${agent}-`));
  try {
    await writeFile(join(fresh, 'package.json'), `${JSON.stringify(manifestOf(agent), null, 2)}\n`);
    await writeFile(join(fresh, 'package-lock.json'), `${JSON.stringify(lockOf(agent), null, 2)}\n`);
    await runNpm(fresh, env);
    const folder = join(root, agent);
    // npm has checked every hash: only a whole installation gets the name.
    const old = `${fresh}-old`;
    await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(fresh, folder);
    await rm(old, { recursive: true, force: true });
    return folder;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function manifestOf(agent: InstallableAgent) {
  const [first] = AGENT_PROGRAMS[agent].packages;
  return { private: true, dependencies: { [first.name]: first.version } };
}

/** The lock file that npm installs by. It names no registry: that is a setting of npm. */
export function lockOf(agent: InstallableAgent): object {
  const { packages } = AGENT_PROGRAMS[agent];
  const [first, ...others] = packages;
  const entries = packages.map(({ folder, name, version, integrity, ...more }) => [
    `node_modules/${folder}`,
    {
      ...(name !== folder && { name }),
      version,
      integrity,
      ...('os' in more && { optional: true, os: [more.os], cpu: [more.cpu] }),
      ...(folder === first.folder && {
        optionalDependencies: Object.fromEntries(
          others.map((other) => [other.folder, `npm:${other.name}@${other.version}`]),
        ),
      }),
    },
  ]);
  return {
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifestOf(agent), ...Object.fromEntries(entries) },
  };
}

async function runNpm(folder: string, env: Context['env']): Promise<void> {
  const [npm, ...args] = NPM;
  const child = spawn(npm, args, { cwd: folder, env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const fault = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(`npm could not be run: ${error.message}`));
    child.once('close', (code) =>
      resolve(code === 0 ? null : Buffer.concat(said).toString().trim() || `npm ended with ${String(code)}`),
    );
  });
  if (fault !== null) throw new CliError(EXIT.failed, `${fault}\nNothing was installed.`);
}
