import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeOrphanedCopies } from '../../src/evidence/orphaned-copies.ts';
import { FILE_BYTES, joinOf, list } from './copies-under-test.ts';

const refuse = (error: unknown) => {
  throw error;
};

it('removes the copies that a lost worker has left of a list that has ended, but not the only place of some work', async () => {
  const under = list([[], [], []], { a: 'a\n' });
  const run = await under.open();
  const copies = join(under.root, 'copies');
  await under.attempt(run, 1, { one: '1\n' });
  await under.attempt(run, 2, { large: 'x'.repeat(FILE_BYTES + 1) });
  await under.attempt(run, 3, { three: '3\n' });
  for (const task of [1, 2, 3]) {
    const state = under.state.tasks[task - 1];
    if (state) state.status = task === 3 ? 'failed' : 'completed';
  }
  expect(await joinOf(run, 1)).toBeNull();
  expect(await joinOf(run, 2)).toContain('kept in its copy');
  await run.close();
  const others = join(copies, 'of-no-list');
  mkdirSync(join(others, '1'), { recursive: true });
  writeFileSync(join(others, 'used'), '');
  const execution = { record: under.record, state: under.state };
  const ports = {
    folders: [copies, join(under.root, 'none')],
    store: { read: async (id: string) => Promise.resolve(id === 'a-list' ? (execution as never) : null) },
    snapshots: under.snapshots,
  };
  under.state.status = 'running';
  expect(await removeOrphanedCopies(ports, refuse)).toBe(0);
  expect(readdirSync(join(copies, 'u')).toSorted()).toEqual(['1', '2', '3', 'used']);
  under.state.status = 'completed';
  expect(await removeOrphanedCopies(ports, refuse)).toBe(1);
  expect(readdirSync(join(copies, 'u'))).toEqual(['2']);
  expect(existsSync(join(others, '1'))).toBe(true);
  expect(await removeOrphanedCopies(ports, refuse)).toBe(0);
});

it('removes nothing that it has not made, where a task has put a link in the place of the copies', async () => {
  const under = list([[], []], { a: 'a\n' });
  const run = await under.open();
  await under.attempt(run, 1, { one: '1\n' });
  await run.close();
  const copies = join(under.root, 'copies');
  const project = join(under.root, 'project');
  mkdirSync(join(project, '2'), { recursive: true });
  writeFileSync(join(project, '2', 'mine'), '');
  writeFileSync(join(project, 'used'), under.record.execution_id);
  writeFileSync(join(copies, 'u', 'notes'), '');
  under.state.status = 'failed';
  const ports = {
    folders: [copies],
    store: { read: async () => Promise.resolve({ record: under.record, state: under.state } as never) },
    snapshots: under.snapshots,
  };
  expect(await removeOrphanedCopies(ports, refuse)).toBe(1);
  expect(readdirSync(join(copies, 'u'))).toEqual(['notes']);
  rmSync(join(copies, 'u'), { recursive: true });
  symlinkSync(project, join(copies, 'u'));
  await removeOrphanedCopies(ports, refuse);
  expect(readdirSync(join(project, '2'))).toEqual(['mine']);
  expect(readdirSync(project)).toContain('used');
});
