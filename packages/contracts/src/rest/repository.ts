import { z } from 'zod';

const text = (most: number) =>
  z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(most, `must have at most ${String(most)} characters`)
    .refine((value) => !/\p{Cc}/u.test(value), 'must have no control characters');

/** It must not begin like an option of git. */
const name = (most: number) =>
  text(most).refine((value) => !value.startsWith('-'), 'must not begin with "-"');

/** Addresses that may be cloned: none that names a program, and no path. */
const ADDRESS = /^(?:(?:https?|ssh|git):\/\/[^\s/-]|[\w.-]+@[\w.-]+:[^\s])/;

/** A path in a repository: none leads out of it. */
const pattern = text(1024).refine(
  (value) => !value.startsWith('/') && !value.split('/').includes('..'),
  'must be a pattern below the root of the repository',
);

/** The user's own repository, which the tasks work for: in a clone of it. */
export const Repository = z
  .strictObject(
    {
      path: text(4096).optional().describe('A repository on the machine of the server: an absolute path.'),
      url: text(4096)
        .regex(ADDRESS, 'must be an address of git: https, ssh or git')
        .optional()
        .describe('A remote repository: an address that git can clone.'),
      ref: name(1024)
        .optional()
        .describe('The commit, branch or tag to start from. Default: what is checked out.'),
      branch: name(200)
        .optional()
        .describe('The branch for the work; it must not exist yet. Default: cc-executor/<execution_id>.'),
      commit: z
        .enum(['per_task', 'none'], 'must be "per_task" or "none"')
        .default('per_task')
        .describe('per_task: one commit after each completed task that left changes.'),
      deliver: z
        .enum(['branch', 'push', 'none'], 'must be "branch", "push" or "none"')
        .optional()
        .describe(
          'branch: the branch appears in the repository at `path` (default there); push: in its remote `origin`, or at `url`; none: only in the workspace.',
        ),
      include: z
        .array(pattern, 'must be a list of patterns')
        .max(100, 'must have at most 100 patterns')
        .default([])
        .describe(
          'Files that git ignores and the work needs, such as ".env". They are copied in and never committed.',
        ),
    },
    'must be an object with a path or a url',
  )
  .superRefine((repository, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ((repository.path === undefined) === (repository.url === undefined))
      fault(
        [],
        `needs exactly one of path and url; this has ${repository.path === undefined ? 'neither' : 'both'}`,
      );
    if (repository.url === undefined) return;
    if (repository.deliver === 'branch') fault(['deliver'], 'is "branch", which needs a path');
    if (repository.include.length > 0)
      fault(['include'], 'needs a path: there is nothing to copy from an address');
  })
  .meta({ id: 'Repository' });
export type Repository = z.output<typeof Repository>;
