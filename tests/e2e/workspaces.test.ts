import { waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({ CC_EXECUTOR_KEEP_EXECUTIONS: '1', CC_EXECUTOR_ARCHIVE_AFTER: '0.001' });
});
afterAll(async () => under.stop());

const run = async (body: object): Promise<string> => {
  const id = await under.submit({ tasks: [{ command: 'pwd; touch made' }], ...body });
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  return id;
};
/** Waits until an execution is gone, since another one has ended after it. */
const removed = async (id: string) => {
  await run({});
  await waitFor(async () => (await under.call('GET', `/executions/${id}/status`)).status === 404, {
    what: `execution ${id} to be removed`,
  });
};

describe('lists that work in one folder', () => {
  // Proves: one-agent-in-a-folder
  it('run one after the other, whatever they call it', async () => {
    await mkdir(under.workspace('one/sub'), { recursive: true });
    await symlink('one', under.workspace('link'));
    const lock = join(under.folder, 'lock');
    const tasks = [{ command: `mkdir ${lock} && sleep 0.3 && rmdir ${lock}` }];
    const names = ['one', './one', 'one/', 'link', 'one/sub', 'link/sub', 'one/new/er', 'x/../one'];
    const ids = await Promise.all(names.map(async (workspace) => await under.submit({ tasks, workspace })));
    for (const id of ids) expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  });
});

describe('when an execution expires', () => {
  // Proves: removes-only-its-own
  it('the folder that it made goes, and a repository that had its name before is untouched', async () => {
    await mkdir(join(under.workspace('shop'), '.git'), { recursive: true });
    await writeFile(join(under.workspace('shop'), 'code'), 'mine');
    const id = await run({ execution_id: 'shop' });
    const folder = ((await under.results(id)).results[0]?.stdout ?? '').trim();
    expect(folder).toMatch(/\/shop-[0-9a-f]{8}$/);
    expect(await readdir(folder)).toEqual(['made']);
    await removed(id);
    expect(existsSync(folder)).toBe(false);
    expect(await readFile(join(under.workspace('shop'), 'code'), 'utf8')).toBe('mine');
    expect((await readdir(under.workspace('shop'))).toSorted()).toEqual(['.git', 'code']);
  });

  // Proves: removes-only-its-own
  it('its folder stays where another list has named it', async () => {
    const id = await run({ execution_id: 'first' });
    await run({ workspace: 'first' });
    await removed(id);
    expect(existsSync(join(under.workspace('first'), 'made'))).toBe(true);
  });

  it('the folder that another list has named, and that has its id, stays', async () => {
    await run({ workspace: 'project' });
    const id = await run({ execution_id: 'project' });
    await removed(id);
    expect(existsSync(join(under.workspace('project'), 'made'))).toBe(true);
  });
});
