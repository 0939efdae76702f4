import { z } from 'zod';
import { GitId, SnapshotId } from '../language/snapshots.ts';

const path = z.string().describe('relative to the workspace, separated by /');
const encoding = z.literal('base64').optional().describe('of the path, where it is not UTF-8');
const lines = z.int().nonnegative().nullable().describe('null: the file is binary');

const Side = z
  .strictObject({
    mode: z
      .enum(['100644', '100755', '120000', '160000'])
      .describe("git's mode: a file, an executable file, a link, a commit of another repository"),
    id: z.string().describe("git's hash of the content"),
  })
  .nullable();

/** The formats of changes. */
export const CHANGES_FORMATS = ['json', 'stat', 'patch'] as const;
export type ChangesFormat = (typeof CHANGES_FORMATS)[number];

/** The base of changes: the first snapshot of the execution, or the one before the task. */
export const CHANGES_AGAINST = ['start', 'previous'] as const;

export const ChangedFile = z
  .strictObject({
    path,
    encoding,
    from: z.strictObject({ path, encoding }).nullable().describe('its earlier name; null: not renamed'),
    change: z.enum(['added', 'changed', 'removed', 'renamed']).describe('what happened to the file'),
    binary: z.boolean().describe('whether its content is not text'),
    lines_added: lines,
    lines_removed: lines,
    before: Side.describe('null: it did not exist'),
    after: Side.describe('null: it no longer exists'),
  })
  .meta({ id: 'ChangedFile' });
export type ChangedFile = z.output<typeof ChangedFile>;

export const ChangesView = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    task: z.int().nullable().describe('null: it concerns the whole execution'),
    before: SnapshotId.describe('the snapshot that it is compared with'),
    after: SnapshotId.describe('the snapshot that is compared'),
    totals: z
      .strictObject({
        files: z.int().describe('files that changed'),
        lines_added: z.int().describe('lines that were added'),
        lines_removed: z.int().describe('lines that were removed'),
      })
      .describe('of all pages'),
    files: z.array(ChangedFile).describe('by path'),
    next_cursor: z.string().nullable().describe('the `cursor` of the next page; null: this is the last one'),
  })
  .meta({
    id: 'ChangesPage',
    examples: [
      {
        execution_id: '0b1f5a6e-3c1d-4f57-9f0e-2a6d1c7b8e90',
        task: 2,
        before: '1f7a7a472abf3dd9643fd615f6da379c4acb3e3a',
        after: '9b1d0a3b5b1a1f6a1d2c3b4a5968778695a4b3c2',
        totals: { files: 1, lines_added: 2, lines_removed: 1 },
        files: [
          {
            path: 'src/index.ts',
            from: null,
            change: 'changed',
            binary: false,
            lines_added: 2,
            lines_removed: 1,
            before: { mode: '100644', id: '5626abf0f72e58d7a153368ba57db4c673c0e171' },
            after: { mode: '100644', id: '814f4a422927b82f5f8a43f8bab6d3839e3983f2' },
          },
        ],
        next_cursor: null,
      },
    ],
  });
export type ChangesView = z.output<typeof ChangesView>;

/** The point of a snapshot: `before:3`, `after:3` or `now`. */
export const SnapshotPoint = z
  .string()
  .regex(/^(?:(?:before|after):[1-9][0-9]{0,9}|now)$/, 'must be before:<task>, after:<task> or now')
  .describe('before:<task>, after:<task>, or now: the newest snapshot');

export const FileEntry = z.strictObject({
  name: z.string().describe('its name in the folder'),
  encoding: z.literal('base64').optional().describe('of the name, where it is not UTF-8'),
  kind: z.enum(['file', 'link', 'folder']).describe('what it is'),
  permissions: z.string().nullable().describe('in octal, like "755"; null: unknown, or a link'),
  bytes: z.int().nullable().describe('of a link: the hash of its target; null: a folder'),
  id: z.string().nullable().describe("git's hash of the content; null: a folder without files"),
});
export type FileEntry = z.output<typeof FileEntry>;

export const FilesView = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    snapshot: SnapshotId.describe('the snapshot that was read'),
    path: path.describe('of the folder; empty: the workspace itself'),
    encoding,
    files: z.array(FileEntry).describe('the content of the folder, by name'),
    left_out: z
      .array(z.strictObject({ path, encoding, why: z.string().describe('the reason') }))
      .describe('paths of the whole workspace that are not in the snapshot; at most 100'),
    next_cursor: z.string().nullable().describe('the `cursor` of the next page; null: this is the last one'),
  })
  .meta({
    id: 'FilesPage',
    examples: [
      {
        execution_id: '0b1f5a6e-3c1d-4f57-9f0e-2a6d1c7b8e90',
        snapshot: '9b1d0a3b5b1a1f6a1d2c3b4a5968778695a4b3c2',
        path: 'src',
        files: [
          {
            name: 'index.ts',
            kind: 'file',
            permissions: '644',
            bytes: 120,
            id: '814f4a422927b82f5f8a43f8bab6d3839e3983f2',
          },
        ],
        left_out: [],
        next_cursor: null,
      },
    ],
  });
export type FilesView = z.output<typeof FilesView>;

const taskNumber = z
  .int('must be the number of a task, from 1')
  .positive('must be the number of a task, from 1');

/** A body of POST /executions/{id}/restore. */
export const RestoreRequest = z
  .strictObject({
    before_task: taskNumber.optional().describe('the state before this task'),
    after_task: taskNumber.optional().describe('the state after this task'),
    snapshot: SnapshotId.optional().describe(
      'a snapshot of this execution; `left` of an earlier response undoes that restore',
    ),
    dry_run: z
      .boolean('must be true or false')
      .default(false)
      .describe('reports what would change, and changes nothing'),
    hard: z
      .boolean('must be true or false')
      .default(false)
      .describe(
        'in the clone of a repository: the branch goes back to the commit that it had then; without it, the restore is a commit on top',
      ),
  })
  .refine(({ hard, snapshot }) => !hard || snapshot === undefined, {
    path: ['hard'],
    message: 'needs before_task or after_task: no commit is known of a snapshot',
  })
  .refine(
    ({ before_task, after_task, snapshot }) =>
      [before_task, after_task, snapshot].filter((one) => one !== undefined).length === 1,
    'must have exactly one of before_task, after_task and snapshot',
  )
  .meta({ id: 'RestoreRequest', examples: [{ before_task: 3, dry_run: true, hard: false }] });
export type RestoreRequest = z.output<typeof RestoreRequest>;

export const RestoreView = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    dry_run: z.boolean().describe('true: nothing was changed'),
    snapshot: SnapshotId.describe('the snapshot that the workspace was restored to'),
    left: SnapshotId.nullable().describe(
      'the snapshot of the state before: restoring it undoes this; null: a dry run',
    ),
    changes: z
      .array(
        z.strictObject({
          path,
          encoding,
          action: z
            .enum(['write', 'remove', 'make_folder', 'remove_folder', 'set_permissions'])
            .describe('what is done with the path'),
        }),
      )
      .describe('at most 1000'),
    changes_total: z.int().describe('all changes, also those that are not listed'),
    kept: z
      .array(
        z.strictObject({
          path,
          encoding,
          why: z
            .enum(['not_kept', 'folder_not_empty', 'folder_replaced', 'not_permitted', 'not_in_snapshot'])
            .describe(
              'not_kept: its content is in no snapshot; folder_not_empty: something else is in it; folder_replaced: something else has its place; not_in_snapshot: the snapshot left it out',
            ),
        }),
      )
      .describe('paths that stay as they are and may differ from the snapshot; at most 1000'),
    kept_total: z.int().describe('all that was kept, also what is not listed'),
    branch: z
      .strictObject({
        name: z.string().describe('the name of the branch'),
        commit: GitId.describe('the last one of the branch now'),
        warnings: z
          .array(z.string())
          .describe('what should be known of it, such as why it could not be delivered'),
      })
      .optional()
      .describe('in the clone of a repository whose tasks are committed; absent: it is none, or a dry run'),
  })
  .meta({ id: 'RestoreResult' });
export type RestoreView = z.output<typeof RestoreView>;
