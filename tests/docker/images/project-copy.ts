import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CACHE, PROJECT } from '../paths.ts';
import type { RegistrySettings } from './registry-settings.ts';

/** Made by installing, running or editing; a new clone has none of it. */
const NOT_IN_A_CLONE = new Set(['.git', '.env', '.cc-executor', 'workspaces', 'coverage', 'node_modules']);

/** Folders that are made by installing or running, at any depth: other steps may write them at the same time. */
const MADE = /^(node_modules|\.venv|__pycache__|\.\w+_cache)$/;

const FOR_THE_BUILD = join('deployment', '.build');

/**
 * The project as a new clone would have it, in its own folder, so that the tests neither meet a developer's .env
 * nor touch their workspaces. `settings` go to where builds without secrets look for them.
 */
export async function copyProject(name: string, settings?: RegistrySettings): Promise<string> {
  const copy = join(CACHE, name);
  await rm(copy, { recursive: true, maxRetries: 10, force: true });
  await mkdir(copy, { recursive: true });
  for (const entry of await readdir(PROJECT)) {
    if (NOT_IN_A_CLONE.has(entry)) continue;
    await cp(join(PROJECT, entry), join(copy, entry), { recursive: true, filter: isOfAClone });
  }

  const build = join(copy, FOR_THE_BUILD);
  await rm(build, { recursive: true, maxRetries: 10, force: true });
  await mkdir(build);
  await writeFile(join(build, '.gitkeep'), '');
  if (settings) {
    await writeFile(join(build, 'npmrc'), settings.npmrc, { mode: 0o600 });
    await writeFile(join(build, 'ca.pem'), settings.ca, { mode: 0o600 });
  }
  return copy;
}

function isOfAClone(path: string): boolean {
  return !MADE.test(basename(path));
}
