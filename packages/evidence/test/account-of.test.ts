import type { AttemptEnd, Receipt, WorkspaceChanges } from '@cc-executor/contracts';
import { expect, test } from 'vitest';
import { accountOf } from '../src/verify/account-of.ts';

const seen: WorkspaceChanges = {
  files_before: 3,
  files_after: 4,
  added: 1,
  changed: 1,
  removed: 0,
  changes: [],
  left_out: 0,
  incomplete: [],
};
const unseen = { ...seen, files_before: null, files_after: null, added: 0, changed: 0 };
const filesChanged = (workspace: WorkspaceChanges | null, extra: (WorkspaceChanges | null)[] = []) => {
  const extra_dirs = extra.map((changes) => ({ path: '/x', changes, why: changes ? null : 'why' }));
  const end = { findings: [] } as unknown as AttemptEnd;
  const receipt = { kind: 'command', end, tool_calls: [], tool_calls_beyond: 0, workspace, extra_dirs };
  return accountOf({ status: 'completed' }, receipt as unknown as Receipt).done?.files_changed;
};

test('files that changed are counted in the workspace and the folders beside it', () => {
  expect(filesChanged(seen)).toBe(2);
  expect(filesChanged(seen, [seen, seen])).toBe(6);
});

test('no number of changed files is given where a folder could not be looked at', () => {
  expect(filesChanged(null)).toBeNull();
  expect(filesChanged(unseen)).toBeNull();
  expect(filesChanged({ ...seen, files_after: null })).toBeNull();
  expect(filesChanged(seen, [null])).toBeNull();
  expect(filesChanged(seen, [seen, unseen])).toBeNull();
});
