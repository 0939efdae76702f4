import { z } from 'zod';

/** A SHA-256 in hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

export const WorkspaceChange = z.strictObject({
  path: z.string().describe('relative to the workspace, separated by /'),
  encoding: z.literal('base64').optional().describe('of the path, where it is not UTF-8'),
  kind: z
    .enum(['file', 'link', 'other'])
    .describe('link: the content is its target, and it is not followed; other: a socket, a pipe, a device'),
  change: z.enum(['added', 'changed', 'removed']).describe('what happened to the file'),
  bytes: z.int().describe('the current mode; of a removed file its last one'),
  sha256: Sha256.nullable().describe('the hash of the content now; null: removed, or see the note'),
  sha256_before: Sha256.nullable().describe('the hash of the content before; null: none, or unknown'),
  note: z
    .enum(['not_hashed', 'unreadable', 'being_written'])
    .optional()
    .describe('why there is no hash; not_hashed: a limit was reached'),
});
export type WorkspaceChange = z.output<typeof WorkspaceChange>;

/** The changes of a workspace's files between two scans. */
export const WorkspaceChanges = z.strictObject({
  files_before: z.int().nullable().describe('null: it could not be read'),
  files_after: z.int().nullable().describe('null: it could not be read'),
  added: z.int().describe('files that were added'),
  changed: z.int().describe('files that were changed'),
  removed: z.int().describe('files that were removed'),
  changes: z.array(WorkspaceChange).describe('by path; at most 10,000'),
  left_out: z
    .int()
    .describe('files and folders that are skipped, such as node_modules and files in .gitignore'),
  incomplete: z
    .array(z.string())
    .describe('why this may be incomplete; empty: it is complete, except for skipped paths'),
});
export type WorkspaceChanges = z.output<typeof WorkspaceChanges>;

/** The changes of a directory beside the workspace that a task could edit. */
export const ExtraDirChanges = z.strictObject({
  path: z.string().describe('as the task names it in `extra_dirs`'),
  changes: WorkspaceChanges.nullable().describe('the changes in it, by relative path; null: not read'),
  why: z.string().nullable().describe('why it was not read; null: it was'),
});
export type ExtraDirChanges = z.output<typeof ExtraDirChanges>;
