import { AGENT_PROGRAMS, type InstallableAgent } from '@cc-executor/contracts';
import { installedProgram } from '@cc-executor/local-stack';
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** The arguments for npm: exactly the pinned packages, verified by their hashes, without their scripts. */
export const NPM = [
  'npm',
  'ci',
  // A user's own configuration of npm may leave these out.
  '--include=prod',
  '--include=optional',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
] as const;

/** No install takes so long: what is older is that of a killed one. In milliseconds. */
const LEFT_MS = 60 * 60_000;
/** How long a program has to say its version, in milliseconds. */
const TRY_MS = 60_000;
/** The error codes of a rename to an existing name. */
const TAKEN = ['ENOTEMPTY', 'EEXIST'];

export interface Installation {
  agent: InstallableAgent;
  /** The folder in which agents are, one in each folder. */
  root: string;
}

/**
 * Installs an agent, or the pinned version in place of another one. An attempt that runs keeps the program that it has.
 * Throws a CliError if npm fails, or if what it brought does not run; then what was there before is still there. What an install before it has left when it was
 * killed is put back or removed. Several may run at the same time: the last one counts.
 */
export async function installAgent({ agent, root }: Installation, env: Context['env']): Promise<string> {
  const unfit = unfitFor(agent);
  if (unfit !== null) throw new CliError(EXIT.failed, unfit);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mend(root, agent);
  const fresh = await mkdtemp(join(root, `.${agent}-`));
  try {
    await writeFile(join(fresh, 'package.json'), `${JSON.stringify(manifestOf(agent), null, 2)}\n`);
    await writeFile(join(fresh, 'package-lock.json'), `${JSON.stringify(lockOf(agent), null, 2)}\n`);
    await runNpm(fresh, env);
    await tryProgram(agent, fresh, env);
    const folder = join(root, agent);
    // npm has checked every hash: only a whole installation gets the name.
    for (let round = 1; !(await takesPlace(fresh, folder, `${fresh}-old${String(round)}`)); round += 1);
    return folder;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * Renames a folder to the name of another one, which is removed. Returns false if another install was faster; the caller
 * retries.
 */
async function takesPlace(fresh: string, folder: string, old: string): Promise<boolean> {
  const hasOld = await rename(folder, old).then(() => true, unlessCode(['ENOENT'], false));
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another install may have put it back, or its own in its place.
    if (hasOld) await rename(old, folder).catch(unlessCode([...TAKEN, 'ENOENT'], undefined));
    await rm(old, { recursive: true, force: true });
    return unlessCode(TAKEN, false)(error as NodeJS.ErrnoException);
  }
  await rm(old, { recursive: true, force: true });
  return true;
}

/** Puts back what a killed install had moved away, and removes what it has left. */
async function mend(root: string, agent: InstallableAgent): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(`.${agent}-`));
  const [aside, unfinished] = [names.filter(isAside), names.filter((name) => !isAside(name))];
  const folder = join(root, agent);
  for (const name of aside) {
    const isThere = await stat(folder).then(() => true, unlessCode(['ENOENT'], false));
    // Another install may put it there in this moment, or take it away: both are as good.
    if (!isThere) await rename(join(root, name), folder).catch(unlessCode([...TAKEN, 'ENOENT'], undefined));
    await rm(join(root, name), { recursive: true, force: true });
  }
  for (const name of unfinished) {
    const path = join(root, name);
    const { mtimeMs } = await stat(path).catch(unlessCode(['ENOENT'], { mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > LEFT_MS) await rm(path, { recursive: true, force: true });
  }
}

const isAside = (name: string) => /-old\d*$/.test(name);

/** Returns a handler of errors that returns a value for these codes, and throws any other. */
function unlessCode<T>(codes: readonly string[], value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
    return value;
  };
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

/** Returns why an agent cannot be installed on this system; null: it can. */
function unfitFor(agent: InstallableAgent): string | null {
  const { title, packages } = AGENT_PROGRAMS[agent];
  const isFor = (one: (typeof packages)[number]) =>
    !('os' in one) || (one.os === process.platform && one.cpu === process.arch);
  // The first package brings the others; those for another system are left out.
  const own = packages.length > 1 ? packages.slice(1) : packages;
  return own.some(isFor)
    ? null
    : `There is no tested ${title} for ${process.platform} on ${process.arch}. Install it by its own way, so that it is on PATH.`;
}

/** Rejects if the program of a fresh installation is not there, or does not say its version. */
async function tryProgram(agent: InstallableAgent, folder: string, env: Context['env']): Promise<void> {
  const { title, version } = AGENT_PROGRAMS[agent];
  const fault = (why: string) => new CliError(EXIT.failed, `${why}\nNothing was installed.`);
  const program = installedProgram(agent, folder);
  if (program === null) throw fault(`npm brought no program of ${title} for this system.`);
  const [command = '', ...args] = program.endsWith('.js') ? [process.execPath, program] : [program];
  const end = await new Promise<{ fault: string | null; said: string }>((resolve) => {
    execFile(
      command,
      [...args, '--version'],
      { cwd: folder, env: { ...env, NO_BROWSER: '1' }, timeout: TRY_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) =>
        resolve({ fault: error === null ? null : stderr.trim() || error.message, said: stdout }),
    );
  });
  if (end.fault !== null) throw fault(`${title} does not run: ${end.fault}`);
  if (!end.said.includes(version))
    throw fault(`${title} says that it is "${end.said.trim().slice(0, 200)}", and not ${version}.`);
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
