import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run, succeeds } from '../run.ts';

export interface EngineTools {
  /** A client that builds with BuildKit's secrets. */
  docker: string;
  /** `docker compose`, or `docker-compose`. */
  compose: string[];
}

/** The clients on PATH that reach the engine; a newer one without buildx, which cannot build secrets, may come first. */
export async function findDockerClients(host: string): Promise<{ any: string[]; withBuildKit?: string }> {
  const any: string[] = [];
  for (const file of await onPath('docker')) {
    if (await succeeds([file, 'info'], { env: { DOCKER_HOST: host } })) any.push(file);
  }
  for (const file of any) {
    const help = await run([file, 'build', '--help'], {
      env: { DOCKER_HOST: host, DOCKER_BUILDKIT: '1' },
    }).catch(() => '');
    if (help.includes('--secret')) return { any, withBuildKit: file };
  }
  return { any };
}

export async function findCompose(host: string, clients: readonly string[]): Promise<string[] | undefined> {
  const candidates = [...clients.map((file) => [file, 'compose']), ['docker-compose']];
  for (const command of candidates) {
    if (await succeeds([...command, 'version'], { env: { DOCKER_HOST: host } })) return command;
  }
  return undefined;
}

async function onPath(name: string): Promise<string[]> {
  const found: string[] = [];
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(directory, name);
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there && !found.includes(file)) found.push(file);
  }
  return found;
}
