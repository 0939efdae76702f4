import { resolve } from 'node:path';

/** An address of git, and no path: with a scheme, or as scp has it. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i;

/**
 * Returns what a task file says, with its repository as the server takes it: as a text alone it is a path or an address,
 * and a path counts from the folder that the user stands in.
 */
export function withStandingRepository(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('repository' in value)) return value;
  const { repository } = value;
  if (typeof repository === 'string' && repository !== '')
    return {
      ...value,
      repository: ADDRESS.test(repository) ? { url: repository } : { path: resolve(repository) },
    };
  if (typeof repository !== 'object' || repository === null || !('path' in repository)) return value;
  const { path } = repository;
  return typeof path === 'string' && path !== ''
    ? { ...value, repository: { ...repository, path: resolve(path) } }
    : value;
}
