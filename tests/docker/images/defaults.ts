import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The base images that the project's files name where no setting does. */
export async function defaultImages(project: string): Promise<{ node: string; redis: string }> {
  const compose = await readFile(join(project, 'docker-compose.yml'), 'utf8');
  const named = (setting: string): string => {
    const found = new RegExp(`\\$\\{${setting}:-([^}]+)\\}`).exec(compose)?.[1];
    if (found === undefined) throw new Error(`docker-compose.yml names no default for ${setting}`);
    return found;
  };
  return { node: named('CC_EXECUTOR_NODE_IMAGE'), redis: named('CC_EXECUTOR_REDIS_IMAGE') };
}
