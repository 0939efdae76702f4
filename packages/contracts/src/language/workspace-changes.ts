import { z } from 'zod';

/** A SHA-256 in hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

export const WorkspaceChange = z.strictObject({
  path: z.string().describe('relative to the workspace, with / between its parts'),
  encoding: z.literal('base64').optional().describe('of the path, where it is not UTF-8'),
  kind: z
    .enum(['file', 'link', 'other'])
    .describe(
      'link: its bytes are where it leads, and it is not followed; other: a socket, a pipe, a device',
    ),
  change: z.enum(['added', 'changed', 'removed']),
  bytes: z.int().describe('as it is now; where it was removed: as it was'),
  sha256: Sha256.nullable().describe('of its content now; null: removed, or as the note says'),
  sha256_before: Sha256.nullable().describe(
    'of its content before; null: there was none, or it is not known',
  ),
  note: z
    .enum(['not_hashed', 'unreadable', 'being_written'])
    .optional()
    .describe('why there is no hash; not_hashed: a bound was reached'),
});
export type WorkspaceChange = z.output<typeof WorkspaceChange>;

/** The changes of a workspace's files between two scans. */
export const WorkspaceChanges = z.strictObject({
  files_before: z.int().nullable().describe('null: it could not be looked at'),
  files_after: z.int().nullable().describe('null: it could not be looked at'),
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  changes: z.array(WorkspaceChange).describe('by path; at most 10,000'),
  left_out: z
    .int()
    .describe('files and folders that were not looked at, such as node_modules and what .gitignore names'),
  incomplete: z.array(z.string()).describe('why this may not be all; empty: it is, but for what is left out'),
});
export type WorkspaceChanges = z.output<typeof WorkspaceChanges>;

/** The changes of a directory beside the workspace that a task could edit. */
export const ExtraDirChanges = z.strictObject({
  path: z.string().describe('as the task names it in `extra_dirs`'),
  changes: WorkspaceChanges.nullable().describe(
    'what changed in it, by paths relative to it; null: it was not looked at',
  ),
  why: z.string().nullable().describe('why it was not looked at; null: it was'),
});
export type ExtraDirChanges = z.output<typeof ExtraDirChanges>;
