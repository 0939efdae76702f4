import { say, startScriptedModel, useTool } from '@cc-executor/testkit';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const run = promisify(execFile);

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let under: StackUnderTest;
let user: string;
beforeAll(async () => {
  const writes = (marker: string, command: string) => ({
    marker,
    turns: [useTool('Bash', { command }), say(`Done: ${marker.toUpperCase()}`)],
  });
  model = await startScriptedModel({
    script: [
      writes('Write the greeting', 'echo Hello > greeting.txt'),
      writes('Write the name', 'echo World > name.txt'),
      writes('Join them badly', 'rm greeting.txt; echo nonsense > joined.txt'),
      writes('Join them well', 'cat greeting.txt name.txt > joined.txt'),
      writes('Count the lines', 'wc -l < joined.txt > count.txt'),
    ],
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
  user = mkdtempSync(join(tmpdir(), 'cc-user-'));
  git('init', '-q', '-b', 'main');
  writeFileSync(join(user, 'README'), 'readme\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
});
afterAll(async () => {
  await under.stop();
  await model.close();
  rmSync(user, { recursive: true, force: true });
});

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A User', '-c', 'user.email=user@example.org', ...args], {
    cwd: user,
    encoding: 'utf8',
  }).trim();

/** Returns a file of tasks without the option of a list that ran in containers because of the server's default. */
const tasksIn = (file: string) =>
  readFileSync(file, 'utf8').replace(/^---\nisolation: container\n---\n\n/, '');

async function cli(words: string[], env: Record<string, string> = {}) {
  const { stdout } = await run(process.execPath, [CLI, ...words], {
    cwd: user,
    env: {
      PATH: process.env['PATH'],
      HOME: under.folder,
      CC_EXECUTOR_URL: under.stack.apiUrl,
      TMPDIR: under.folder,
      ...env,
    },
  });
  return stdout;
}

// Proves: way-back
it('a list for a repository whose third task was wrong is fixed in the editor, and run again from there', async () => {
  const file = join(under.folder, 'tonight.md');
  writeFileSync(
    file,
    [
      '---\nrepository: .\n---',
      '## Task 1: Greeting\n\nWrite the greeting.',
      '## Task 2: Name\n\nWrite the name.',
      '## Task 3: Join\n\nJoin them badly.',
      '## Task 4: Count\n\n```yaml options\ntemplate: true\n```\n\nCount the lines. Before: {{tasks.2.result}}',
    ].join('\n\n'),
  );
  const submitted = JSON.parse(await cli(['submit', file, '--wait', '--json'])) as { execution_id: string };
  const { execution_id: first } = submitted;
  expect(submitted).toMatchObject({ status: 'completed' });
  const tip = git('rev-parse', `cc-executor/${first}`);
  const seen = join(under.folder, 'seen.md');
  const editor = join(under.folder, 'editor.sh');
  writeFileSync(editor, 'cp "$1" "$SEEN"\nsed -i "s/Join them badly/Join them well/" "$1"\n');
  const again = await cli(['rerun', first, '--from', '3', '--edit', '--wait', '--json'], {
    EDITOR: `sh ${editor}`,
    SEEN: seen,
  });
  expect(tasksIn(seen)).toMatch(/^## Task 3: Join\n\nJoin them badly\.\n\n## Task 4: Count\n/);
  const results = JSON.parse(again) as { execution_id: string; results: { result: string }[] };
  const { execution_id: id } = results;
  expect(results).toMatchObject({ status: 'completed', rerun_of: first, completed_tasks: 4 });
  expect(results.results[0]?.result).toBe('Done: WRITE THE GREETING');
  const branch = `cc-executor/${id}`;
  expect(git('log', '--reverse', '--format=%s', `main..${branch}`).split('\n')).toEqual([
    'Greeting',
    'Name',
    'Join',
    'Count',
  ]);
  expect(git('show', `${branch}:joined.txt`)).toBe('Hello\nWorld');
  expect(git('show', `${branch}:count.txt`)).toBe('2');
  expect(git('ls-tree', '--name-only', branch).split('\n')).toEqual([
    'README',
    'count.txt',
    'greeting.txt',
    'joined.txt',
    'name.txt',
  ]);
  // The branch of the first is as it was.
  expect(git('rev-parse', `cc-executor/${first}`)).toBe(tip);
  const started = (await under.events(id)).filter(({ type }) => type === 'task.started');
  expect(started.map(({ task }) => task)).toEqual([3, 4]);
  const asked = model.requests.map(({ body }) => JSON.stringify(body));
  expect(asked.some((body) => body.includes('Before: Done: WRITE THE NAME'))).toBe(true);
});

it('begins the editor at the first task that did not succeed, behind variants and what was not needed', async () => {
  const id = await under.submit({
    tasks: [
      { name: 'name', prompt: 'Write the name', variants: 2 },
      { command: 'cat name.txt', pick: 'name' },
      { command: 'true', when: 'failure' },
      { name: 'Last', command: 'cat name.txt; exit 1' },
      { command: 'cat name.txt' },
    ],
  });
  expect(await under.ended(id, 240)).toMatchObject({ status: 'failed', completed_tasks: 3 });
  const [seen, editor] = [join(under.folder, 'rest.md'), join(under.folder, 'mends.sh')];
  writeFileSync(editor, 'cp "$1" "$SEEN"\nsed -i "s/; exit 1//" "$1"\n');
  const again = await cli(['rerun', id, '--edit', '--wait', '--json'], {
    EDITOR: `sh ${editor}`,
    SEEN: seen,
  });
  expect(tasksIn(seen)).toMatch(/^## Task 4: Last\n/);
  const { results, status } = JSON.parse(again) as { results: { stdout: string }[]; status: string };
  expect(status).toBe('completed');
  expect(results).toHaveLength(6);
  expect(results.slice(4).map(({ stdout }) => stdout)).toEqual(['World\n', 'World\n']);
});

it('an edited list that is wrong is not run, and what was written stays', async () => {
  const id = await under.submit({ tasks: [{ command: 'true' }, { command: 'false' }] });
  await under.ended(id);
  const refused = async (script: string) => {
    const editor = join(under.folder, 'wrong.sh');
    writeFileSync(editor, script);
    const failed = await cli(['rerun', id, '--edit'], { EDITOR: `sh ${editor}` }).then(
      () => null,
      (error: unknown) => error as { stderr: string; code: number },
    );
    return failed;
  };
  const empty = await refused(': > "$1"');
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringMatching(/empty: nothing is run/) as string });
  const option = await refused('printf -- "---\\nmodel: []\\n---\\n\\n## Task 2\\n\\nDo it.\\n" > "$1"');
  expect(option?.stderr).toMatch(/rest\.md:2:\d+: model must be a string/);
  const [, file = ''] = /what you wrote is in (\S+)/.exec(option?.stderr ?? '') ?? [];
  expect(readFileSync(file, 'utf8')).toContain('Do it.');
  expect((await refused('exit 3'))?.stderr).toMatch(/ended with 3: nothing is run/);
  expect(await under.status(id)).not.toHaveProperty('reruns');
});
