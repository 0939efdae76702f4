import { ChangesView, FilesView } from '@cc-executor/contracts';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
let folder: string;
beforeAll(async () => {
  under = await startStackUnderTest();
  folder = mkdtempSync(join(tmpdir(), 'cc-changes-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await under.stop();
});

const ask = async (path: string, headers: Record<string, string> = {}) =>
  await fetch(under.stack.apiUrl + path, { headers });
const changesOf = async (path: string) => ChangesView.parse(await (await ask(path)).json());
const filesOf = async (path: string) => FilesView.parse(await (await ask(path)).json());
const codeOf = async (path: string) => {
  const answer = await ask(path);
  return [answer.status, ((await answer.json()) as { code: string }).code];
};

async function run(...commands: string[]): Promise<string> {
  const id = await under.submit({ tasks: commands.map((command) => ({ command })) });
  expect((await under.ended(id)).status).toBe('completed');
  return id;
}

// Proves: changes-of-tasks
describe('the changes', () => {
  it('of a task and of an execution are pages of files, with both sides', async () => {
    const id = await run(
      'mkdir a; seq 50 > a/long; printf "1\\n2\\n" > text; printf "\\0\\1" > bytes',
      'mv a/long long; echo more >> long; echo 3 >> text; printf "\\0\\2" > bytes; chmod 755 text',
    );
    const all = `/executions/${id}/changes`;
    const task = `/executions/${id}/tasks/2/changes`;
    const changes = await changesOf(task);
    expect(
      changes.files.map(({ path, from, change, binary, lines_added, lines_removed }) => [
        path,
        from?.path ?? null,
        change,
        binary,
        lines_added,
        lines_removed,
      ]),
    ).toEqual([
      ['bytes', null, 'changed', true, null, null],
      ['long', 'a/long', 'renamed', false, 1, 0],
      ['text', null, 'changed', false, 1, 0],
    ]);
    expect(changes).toMatchObject({ execution_id: id, task: 2, next_cursor: null });
    expect(changes.totals).toEqual({ files: 3, lines_added: 2, lines_removed: 0 });
    expect(changes.files[2]).toMatchObject({ before: { mode: '100644' }, after: { mode: '100755' } });
    // Both sides of a file are there.
    const side = async (at: string) => await (await ask(`/executions/${id}/file?at=${at}&path=text`)).text();
    expect([await side('before:2'), await side('after:2')]).toEqual(['1\n2\n', '1\n2\n3\n']);

    expect((await changesOf(all)).files.map(({ change }) => change)).toEqual(['added', 'added', 'added']);
    expect((await changesOf(`${task}?against=start`)).files).toHaveLength(3);
    expect((await changesOf(`${all}?against=previous`)).files).toEqual(changes.files);
    expect((await changesOf(`${task}?path=text`)).files.map(({ path }) => path)).toEqual(['text']);
    const first = await changesOf(`${task}?limit=2`);
    const second = await changesOf(`${task}?limit=2&cursor=${String(first.next_cursor)}`);
    expect([...first.files, ...second.files]).toEqual(changes.files);
    expect(second.next_cursor).toBeNull();
    const stat = await ask(`${task}?format=stat`);
    expect(stat.headers.get('content-type')).toContain('text/plain');
    expect(await stat.text()).toContain('3 files changed');
  });

  it('are in the report: the files, and the diff, of which a long one is folded away', async () => {
    const id = await run(
      'seq 9 > text; printf "\\0" > bytes',
      "echo '</pre>```' >> text; printf '\\0\\1' > bytes; mv text other",
      'seq 9999 > many',
      'true',
    );
    const page = async (accept: string) => await (await ask(`/executions/${id}/report`, { accept })).text();
    const parts = (await page('text/markdown')).split(/^## \d+\. .*$/m);
    expect(parts[2]).toContain('- changed: bytes\n- added: other\n- removed: text\n');
    expect(parts[2]).toContain('The changes:\n\n````diff\n');
    expect(parts[2]).toContain('Binary files a/bytes and b/bytes differ\n');
    expect(parts[2]).toContain('rename from text\nrename to other\n');
    expect(parts[2]).toContain('\n+</pre>```\n');
    expect(parts[3]).toContain('The start of the changes ("cc-executor diff" shows all):');
    expect(parts[3]).toContain('\n…\n```');
    expect(parts[4]).not.toContain('hanged files:');
    expect(await page('text/html')).toMatch(/<details><summary>The start of the changes/);
  });

  it('are a patch that git takes, of whatever names and contents', async () => {
    const odd = `printf x > "$(printf 'tab\\there')"; printf x > "$(printf 'line\\nend')"; printf x > "$(printf '\\377raw')"`;
    const id = await run(
      `${odd}; echo 1 > .gitattributes; printf 'a\\r\\n' > crlf; printf '\\0' > bytes; ln -s crlf link`,
      `for f in *; do [ -L "$f" ] || printf y >> "$f"; done; echo '* -diff text eol=crlf' > .gitattributes; ln -sf bytes link`,
    );
    const patch = await ask(`/executions/${id}/tasks/2/changes?format=patch`);
    expect(patch.headers.get('content-type')).toContain('text/x-diff');
    writeFileSync(join(folder, 'patch'), Buffer.from(await patch.arrayBuffer()));
    const tree = join(folder, 'before');
    mkdirSync(tree);
    const archive = await ask(`/executions/${id}/archive?at=before:2`);
    expect(archive.headers.get('content-type')).toContain('gzip');
    execFileSync('tar', ['-xz'], { cwd: tree, input: Buffer.from(await archive.arrayBuffer()) });
    execFileSync('git', ['apply', '--whitespace=nowarn', join(folder, 'patch')], { cwd: tree });
    const names = (path: string) => readdirSync(path, { encoding: 'latin1' }).toSorted();
    expect(names(tree)).toEqual(names(under.workspace(id)));
    for (const name of ['crlf', 'tab\there', 'line\nend', '.gitattributes', 'link'])
      expect(readFileSync(join(tree, name))).toEqual(readFileSync(join(under.workspace(id), name)));

    const raw = (await changesOf(`/executions/${id}/tasks/2/changes`)).files.find(({ encoding }) => encoding);
    expect(raw).toMatchObject({ path: Buffer.from('\xffraw', 'latin1').toString('base64') });
    const at = `path=${encodeURIComponent(raw?.path ?? '')}&encoding=base64`;
    expect(await (await ask(`/executions/${id}/file?${at}`)).text()).toBe('xy');
    expect((await changesOf(`/executions/${id}/tasks/2/changes?${at}`)).files).toHaveLength(1);
  });

  it('that do not exist yet, any more, or at all are reported as such', async () => {
    const id = await run('echo 1 > file');
    const path = `/executions/${id}`;
    expect(await codeOf('/executions/none-such/changes')).toEqual([404, 'EXECUTION_NOT_FOUND']);
    expect(await codeOf(`${path}/tasks/2/changes`)).toEqual([404, 'TASK_NOT_FOUND']);
    expect(await codeOf(`${path}/tasks/1/changes?attempt=2`)).toEqual([404, 'SNAPSHOT_NOT_FOUND']);
    for (const query of [
      'format=html',
      'against=now',
      'cursor=-1',
      'limit=0',
      'path=../x',
      'path=a%00',
      'x=1',
    ])
      expect(await codeOf(`${path}/changes?${query}`)).toEqual([400, 'INVALID_REQUEST']);
    expect(await codeOf(`${path}/changes?cursor=5`)).toEqual([400, 'INVALID_REQUEST']);
    expect(await codeOf(`${path}/files?at=after:x`)).toEqual([400, 'INVALID_REQUEST']);
    expect(await codeOf(`${path}/file?path=none`)).toEqual([404, 'FILE_NOT_FOUND']);
    expect(await codeOf(`${path}/archive?path=file`)).toEqual([404, 'FILE_NOT_FOUND']);
    const waiting = await under.submit({ tasks: [{ command: 'echo 1 > new; sleep 30' }] });
    await expect
      .poll(() => existsSync(join(under.workspace(waiting), 'new')), { timeout: 30_000 })
      .toBe(true);
    expect(await codeOf(`/executions/${waiting}/tasks/1/changes`)).toEqual([404, 'SNAPSHOT_NOT_FOUND']);
    await under.call('POST', `/executions/${waiting}/cancel`);
    await under.ended(waiting);
    expect((await changesOf(`/executions/${waiting}/tasks/1/changes`)).files.map((one) => one.path)).toEqual([
      'new',
    ]);
    rmSync(join(under.folder, 'data/snapshots'), { recursive: true });
    for (const end of ['changes', 'files', 'file?path=file', 'archive', 'tasks/1/changes?format=patch'])
      expect(await codeOf(`${path}/${end}`)).toEqual([410, 'SNAPSHOT_GONE']);
  });
});

describe('the files', () => {
  it('of a snapshot are listed by folder, and a file is read whole or in part', async () => {
    const id = await run('mkdir -p a/empty; printf 0123456789 > a/file; ln -s a/file link; chmod 700 a/file');
    const path = `/executions/${id}`;
    expect((await filesOf(`${path}/files`)).files.map(({ name, kind }) => [name, kind])).toEqual([
      ['a', 'folder'],
      ['link', 'link'],
    ]);
    const inside = await filesOf(`${path}/files?path=a&limit=1`);
    expect(inside.files.map(({ name }) => name)).toEqual(['empty']);
    const next = await filesOf(`${path}/files?path=a&limit=1&cursor=${String(inside.next_cursor)}`);
    expect(next.files).toMatchObject([{ name: 'file', permissions: '700', bytes: 10 }]);
    expect(next.next_cursor).toBeNull();
    expect((await filesOf(`${path}/files?at=before:1`)).files).toEqual([]);
    const file = `${path}/file?path=a/file`;
    const whole = await ask(file);
    expect([whole.status, await whole.text()]).toEqual([200, '0123456789']);
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    const some = await ask(file, { range: 'bytes=3-5' });
    expect([some.status, some.headers.get('content-range'), await some.text()]).toEqual([
      206,
      'bytes 3-5/10',
      '345',
    ]);
    expect((await ask(file, { range: 'bytes=20-' })).status).toBe(416);
    expect(await (await ask(`${path}/file?path=link`)).text()).toBe('a/file');
  });
});
