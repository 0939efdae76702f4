import { waitFor } from '@cc-executor/testkit';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({}, { workers: 2 });
});
afterAll(async () => under.stop());

const GIT = 'git -c user.name=t -c user.email=t@example.com';
const COMMIT = `${GIT} add -A && ${GIT} commit -qm done`;
/** A git that holds the index' lock until it is ended, since its filter never comes to an end. */
const HANGING = [
  '[ -d .git ] || git init -q',
  'echo "* filter=slow" > .gitattributes; echo x > file',
  "git -c filter.slow.clean='echo $$ > filter; exec sleep 600' add file & git=$!",
  'until [ -e .git/index.lock ] && [ -s filter ]; do sleep 0.02; done',
].join('\n');
const warningsOf = async (id: string) =>
  (await under.results(id)).results.map(({ warnings }) => (warnings ?? []).map(({ code }) => code));

it('a lock of a git that a task has killed is removed with the task', async () => {
  const killed = `${HANGING}\nkill -9 $git; test -e .git/index.lock`;
  const id = await under.submit({ tasks: [{ command: killed }, { command: COMMIT }] });
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  expect((await warningsOf(id)).flat()).not.toContain('git_locked');
});

it('a lock of a git that was killed before its worker is removed before the task is tried again', async () => {
  const first = `${HANGING}\nkill -9 $git; echo > ready; wait; sleep 600`;
  const id = await under.submit({
    tasks: [{ command: `if [ $CC_EXECUTOR_ATTEMPT = 1 ]; then ${first}\nelse ${COMMIT}; fi` }],
  });
  const folder = under.workspace(id);
  await waitFor(() => existsSync(join(folder, 'ready')), { what: 'the lock' });
  process.kill(await under.ownerOf(id), 'SIGKILL');
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  expect(await under.events(id)).toContainEqual(expect.objectContaining({ type: 'task.interrupted' }));
});

it('a lock that a process holds stays, and the next task reports it', async () => {
  const step = (n: number) =>
    `[ -d .git ] || git init -q; echo > at-${String(n)}; until [ -e go-${String(n)} ]; do sleep 0.02; done`;
  const id = await under.submit({ tasks: [{ command: step(1) }, { command: 'true' }] });
  const folder = under.workspace(id);
  await waitFor(() => existsSync(join(folder, 'at-1')));
  const lock = join(folder, '.git/index.lock');
  const held = openSync(lock, 'wx');
  closeSync(openSync(join(folder, 'go-1'), 'w'));
  try {
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(existsSync(lock)).toBe(true);
    expect(await warningsOf(id)).toEqual([[], ['git_locked']]);
  } finally {
    closeSync(held);
  }
});
