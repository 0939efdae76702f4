import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWarnings } from '../src/start-warnings.ts';
import { newFolder } from './helpers/folder.ts';

test('a data directory that every user can read is warned of, a closed or a new one is not', () => {
  const folder = newFolder();
  const warnings = () =>
    startWarnings(
      { CC_EXECUTOR_DATA_DIR: folder },
      { CC_EXECUTOR_DATA_DIR: folder, CC_EXECUTOR_WORKSPACES_DIR: join(folder, 'workspaces') },
    ).filter(({ what }) => what.startsWith('Every user'));
  chmodSync(folder, 0o755);
  expect(warnings()).toEqual([
    {
      what: `Every user of this machine can read ${folder}: the outputs and conversations of all tasks.`,
      cure: `Run: chmod o-rwx ${folder}`,
    },
  ]);
  chmodSync(folder, 0o750);
  expect(warnings()).toEqual([]);
});
