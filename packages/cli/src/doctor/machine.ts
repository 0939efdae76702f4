import { describeSettings, findRedisServer, startWarnings } from '@cc-executor/local-stack';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from '../context.ts';
import { fault, ok, warning, type Diagnosis } from './diagnosis.ts';

type Env = Context['env'];
/** Runs TypeScript without a build step from this version on. */
const OLDEST_NODE = [22, 18] as const;
const GIB = 1024 ** 3;
const DOCKER_MS = 5000;

export function diagnoseNode(): Diagnosis {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const what = `Node ${process.version}`;
  return isOld ? fault(`${what} is too old`, 'Install Node 24: https://nodejs.org') : ok(what);
}

export function diagnoseSettings(env: Env): Diagnosis {
  const { faults } = describeSettings(env);
  if (faults.length === 0) return ok('The settings have no fault');
  return fault(`Settings are wrong (${String(faults.length)})`, ...faults);
}

/** The places of data, workspaces and settings. */
export function diagnosePlaces(env: Env): Diagnosis[] {
  const { settings, faults } = describeSettings(env);
  if (faults.length > 0) return [];
  const valueOf = (wanted: string) => settings.find(({ name }) => name === wanted)?.value ?? '';
  const places = {
    CC_EXECUTOR_DATA_DIR: valueOf('CC_EXECUTOR_DATA_DIR'),
    CC_EXECUTOR_WORKSPACES_DIR: valueOf('CC_EXECUTOR_WORKSPACES_DIR'),
  };
  return startWarnings(env, places).map(({ what, cure }) => warning(what, cure));
}

export function diagnoseRedis(env: Env): Diagnosis {
  if (env['REDIS_URL']) return ok('REDIS_URL names a Redis');
  const path = findRedisServer(env['PATH']);
  if (path !== null) return ok(`Redis is installed: ${path}`);
  return warning(
    'No Redis is installed',
    '"cc-executor server start" asks whether to install it; or set REDIS_URL.',
  );
}

export async function diagnoseDisk(env: Env): Promise<Diagnosis> {
  const { settings } = describeSettings(env);
  const folder = settings.find(({ name }) => name === 'CC_EXECUTOR_DATA_DIR')?.value ?? '.';
  const { bavail, bsize } = await statfs(nearest(folder));
  const free = (bavail * bsize) / GIB;
  const what = `${free.toFixed(1)} GiB free for ${folder}`;
  if (free < 0.5) return fault(what, 'Free some space, or set CC_EXECUTOR_DATA_DIR to another disk.');
  return free < 2 ? warning(what, 'Long runs keep all output on disk: have at least 2 GiB.') : ok(what);
}

export async function diagnoseDocker({ PATH, HOME }: Env): Promise<Diagnosis> {
  try {
    const ask = promisify(execFile)('docker', ['version', '--format', '{{.Server.Version}}'], {
      timeout: DOCKER_MS,
      env: { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }) },
    });
    return ok(`Docker ${(await ask).stdout.trim()}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return ok('Docker is not installed; only "docker compose up" needs it');
    return warning(
      'Docker does not answer',
      'Start it if you want "docker compose up"; nothing else needs it.',
    );
  }
}

/** Returns the folder, or the nearest existing one above it. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
