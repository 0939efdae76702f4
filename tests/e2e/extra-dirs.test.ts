import { Receipt } from '@cc-executor/contracts';
import { say, startScriptedModel, turnOf, useTool, type ScriptedModel } from '@cc-executor/testkit';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: ScriptedModel;
let under: StackUnderTest;
let outside: string;
beforeAll(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'cc-outside-')));
  model = await startScriptedModel({
    script: (request) => {
      const folder = folders()[turnOf(request)];
      if (folder === undefined) return say('Done.');
      return useTool('Write', { file_path: join(folder, 'made.txt'), content: 'made' });
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
  await rm(outside, { recursive: true, maxRetries: 10 });
});

/** As a list names them; the last is a link. */
const folders = () =>
  ['plain', 'with [brackets]', 'a {c}, d', '!star* #1', 'link'].map((name) => join(outside, name));

it('directories beside the workspace can be written whatever they are called, and are in the receipt', async () => {
  for (const folder of folders().slice(0, -1)) await mkdir(folder);
  await mkdir(join(outside, 'real'));
  await symlink('real', join(outside, 'link'));
  await writeFile(join(outside, 'plain/old.txt'), 'old');
  const gone = join(outside, 'plain/old.txt');
  const extra_dirs = folders();
  const id = await under.submit({ tasks: [{ prompt: 'Write.', extra_dirs, checks: [`rm ${gone}`] }] });
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  for (const folder of folders()) expect(await readFile(join(folder, 'made.txt'), 'utf8')).toBe('made');
  const asked = async (accept: string) => {
    const address = `${under.stack.apiUrl}/executions/${id}/tasks/1/receipt`;
    return await (await fetch(address, { headers: { accept } })).text();
  };
  const receipt = Receipt.parse(JSON.parse(await asked('application/json')));
  expect(receipt.workspace?.changes).toEqual([]);
  expect(receipt.extra_dirs?.map(({ path, why, changes }) => [path, why, changes?.incomplete])).toEqual(
    folders().map((path) => [path, null, []]),
  );
  const changes = (receipt.extra_dirs ?? []).map((one) =>
    (one.changes?.changes ?? []).map(({ path, change }) => [path, change]),
  );
  const made = ['made.txt', 'added'];
  expect(changes).toEqual([[made, ['old.txt', 'removed']], [made], [made], [made], [made]]);
  expect(await asked('text/markdown')).toContain('The directory');
  const { body } = await under.call('GET', `/executions/${id}/verification`);
  expect(body).toMatchObject({ verdict: 'verified' });
});

it('a directory that was not looked at is named with the reason', async () => {
  const many = Array.from({ length: 10 }, (_, index) => join(outside, `many-${String(index)}`));
  for (const folder of many) await mkdir(folder);
  const id = await under.submit({ tasks: [{ prompt: 'Say something.', extra_dirs: many }] });
  await under.ended(id);
  const { body } = await under.call('GET', `/executions/${id}/tasks/1/receipt`);
  const { extra_dirs = [] } = Receipt.parse(body);
  expect(extra_dirs.map(({ changes }) => changes !== null)).toEqual([...Array(8).fill(true), false, false]);
  expect(extra_dirs[9]).toEqual({ path: many[9], changes: null, why: 'only the first 8 are read' });
  const { body: verified } = await under.call('GET', `/executions/${id}/verification`);
  expect(JSON.stringify(verified)).toContain(`${String(many[9])} was not read`);
});
