import { invalidRequest } from '@cc-executor/contracts';
import type { Repositories } from '@cc-executor/executions';
import { inspectRepository, RepositoryError } from '@cc-executor/workspaces';

/** Finds the repositories that lists name. `folders`: below which each may; `apart`: ours; `path`: where git is found. */
export function findRepositories({
  folders,
  apart,
  path,
}: {
  folders: readonly string[];
  apart: readonly string[];
  path: string | undefined;
}): Repositories {
  return {
    async find(asked, isOwner) {
      const { path: named, ref, branch, deliver, include } = asked;
      // An address is cloned by the worker, which reports what is wrong with it.
      if (named === null) return asked;
      try {
        const git = { program: 'git', path };
        const allowed = { folders, own: isOwner, apart };
        const looked = { path: named, ref, branch, deliver, include };
        const found = await inspectRepository(git, looked, allowed);
        return { ...asked, ...found };
      } catch (error) {
        if (!(error instanceof RepositoryError)) throw error;
        const place = error.part === '' ? 'repository' : `repository.${error.part}`;
        throw invalidRequest([{ path: place, message: error.message }]);
      }
    },
  };
}
