import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shell, startCli } from './cli-under-test.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-usage-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10 });
});

const cli = async (...args: string[]) => await startCli(args).ended;

it('help goes to standard output, and names every command', async () => {
  const { code, stdout } = await cli('--help');
  expect(code).toBe(0);
  for (const name of ['server', 'run', 'submit', 'watch', 'doctor', 'completion'])
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

it.each([
  [['nonsense'], /There is no command "nonsense"\. "cc-executor --help" lists the commands\./],
  [['list', '--nonsense'], /"cc-executor list" has no option --nonsense\. "cc-executor list --help" lists/],
  [
    ['list', '--limit', 'many'],
    /--limit: got "many"\. It must be a whole number, 1 or more\. "cc-executor list --help"/,
  ],
  [
    ['list', '--status', 'runing'],
    /--status: got "runing"\. It must be one of queued, running.* Did you mean running\?/,
  ],
  [['resume'], /either an execution, or --all/],
  [['resume', 'one', '--all'], /either an execution, or --all/],
  [['resume', 'one', '--reason', 'user'], /--reason needs --all/],
  [['run'], /either a command, in quotes, or -p/],
  [['run', 'ls', '-p', 'look'], /either a command, in quotes, or -p/],
  [['run', 'ls', '-l'], /"cc-executor run" has no option -l\./],
  [['lits'], /There is no command "lits"\. Did you mean list\?/],
  [['history', 'lits'], /"cc-executor history" has no command "lits"\. Did you mean list\?/],
  [['watch'], /"cc-executor watch" needs <execution>: its id\. "cc-executor watch --help"/],
  [['list', '--limit'], /The option --limit <n> needs a value: how many\./],
  [['key', 'one'], /"cc-executor key" takes no argument, and got: one\./],
  [
    ['completion', 'tcsh'],
    /<shell>: got "tcsh"\. It must be one of bash, zsh, fish\. "cc-executor completion --help"/,
  ],
  [['submit', '/nowhere/at-all.md'], /There is no file/],
  [['submit', '/tmp'], /is a directory/],
  [['list', '--url', 'nowhere'], /must be like http/],
])('wrong usage %j ends with 2 and says why', async (args, why) => {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(why);
  expect(stderr).toMatch(/^cc-executor: .*\n$/);
});

it.each([
  ['empty.md', '', /empty\.md is empty\./],
  ['bytes.yaml', Buffer.from([0xff, 0xfe, 0]), /bytes\.yaml is not UTF-8 text\./],
  ['bad.yaml', 'tasks:\n  - a: [1\n', /bad\.yaml:3:1: /],
  ['bad.json', '{"tasks": [', /bad\.json:1:12: not JSON: /],
  ['bad-front.md', '---\non_failure: [\n---\n## Task 1: x\n\nhi\n', /bad-front\.md:2:14: /],
  ['no-body.md', '# t\n\n## Task 1: a\n\n## Task 2: b\n\nhello\n', /no-body\.md:3:1: Task 1 has no body/],
  ['no-tasks.json', '[]', /no-tasks\.json:1:1: tasks must have at least one task/],
])('the task file %s is one line with its place, and ends with 2', async (name, content, why) => {
  await writeFile(join(folder, name), content);
  const { code, stdout, stderr } = await cli('submit', join(folder, name), '--url', 'http://127.0.0.1:1');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(why);
  expect(stderr).toMatch(/^cc-executor: .*\n$/);
});

it('a full disk is reported, and a reader that has had enough is no fault and hides none', async () => {
  const full = await shell('--help > /dev/full');
  expect(full).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^cc-executor: .*ENOSPC.*\n$/) });
  const enough = await shell('completion bash | head -1; echo "${PIPESTATUS[0]}"');
  expect(enough).toEqual({ code: 0, stdout: '_cc_executor() {\n0\n', stderr: '' });
  const damaged = join(folder, 'damaged');
  await mkdir(damaged);
  await writeFile(join(damaged, 'manifest.json'), '{}');
  const failed = await shell(`verify '${damaged}' | true; echo "\${PIPESTATUS[0]}"`);
  expect(failed).toMatchObject({ stdout: '1\n', stderr: '' });
});

it('init writes a .env and a task file that has no fault, and never over one that is there', async () => {
  expect((await cli('init', folder)).stdout.match(/^wrote /gm)).toHaveLength(2);
  const file = join(folder, 'tasks.md');
  const before = await readFile(file, 'utf8');
  expect((await cli('init', folder)).stdout.match(/^kept /gm)).toHaveLength(2);
  const asJson = JSON.parse((await cli('init', folder, '--json')).stdout) as object;
  expect(asJson).toEqual({
    files: [expect.objectContaining({ written: false }), { path: join(folder, 'tasks.md'), written: false }],
    settings: join(import.meta.dirname, '../../..', '.env'),
  });
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(await cli('check', file)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 tasks') });
});

it('all settings with faults are reported', async () => {
  const env = { CC_EXECUTOR_API_PORT: 'no', LOG_LEVEL: 'loud' };
  const { code, stderr } = await startCli(['config', 'validate'], env).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('CC_EXECUTOR_API_PORT: got "no"');
  expect(stderr).toContain('LOG_LEVEL: got "loud"');
});

it('faults of the hooks folder are reported with those of the settings', async () => {
  const hooksFolder = await realpath(await mkdtemp(join(tmpdir(), 'cc-cli-hooks-')));
  const hooks = { pre_task: ['no-such-program-here', { command: 'true', timeout: -1 }] };
  await writeFile(join(hooksFolder, 'hooks.json'), JSON.stringify({ hooks, more: 1 }));
  const env = { LOG_LEVEL: 'loud', CC_EXECUTOR_HOOKS_DIR: hooksFolder };
  const { code, stderr } = await startCli(['config', 'validate'], env).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('LOG_LEVEL: got "loud"');
  expect(stderr).toContain('hooks.json: hooks.pre_task[1].timeout must be more than 0 seconds');
  expect(stderr).toContain('hooks.json: more unknown key');
  await rm(hooksFolder, { recursive: true, maxRetries: 10 });
});

it('init makes the folder, and says which .env counts', async () => {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'cc-cli-new-')));
  const made = join(top, 'a/new one');
  const { code, stdout } = await cli('init', made);
  expect(code).toBe(0);
  expect(await readFile(join(made, 'tasks.md'), 'utf8')).toContain('# A first list');
  const counting = join(import.meta.dirname, '../../..', '.env');
  expect(stdout).toContain(
    `The settings are read from ${counting}, and not from the .env in ${made}: put them there.\n`,
  );
  await writeFile(join(top, 'file'), '');
  expect(await cli('init', join(top, 'file/below'))).toMatchObject({
    code: 1,
    stderr: `cc-executor: ${top}/file/below can't be made (ENOTDIR).\n`,
  });
  await rm(top, { recursive: true, maxRetries: 10 });
});

it('init has git ignore the .env, once, and makes no .gitignore outside of a repository', async () => {
  const project = await realpath(await mkdtemp(join(tmpdir(), 'cc-cli-init-')));
  const file = join(project, '.gitignore');
  // Sandboxes leave empty folders of that name, which git takes for nothing.
  await mkdir(join(project, '.git'));
  await cli('init', project);
  await expect(readFile(file)).rejects.toThrow('ENOENT');
  await promisify(execFile)('git', ['init', '--quiet', project]);
  expect((await cli('init', project)).stdout).toContain(`added .env to ${file}`);
  expect(await readFile(file, 'utf8')).toBe('.env\n');
  expect((await cli('init', project)).stdout).not.toContain('added');
  expect(await readFile(file, 'utf8')).toBe('.env\n');
  await writeFile(file, 'dist\n!.env');
  await cli('init', project);
  expect(await readFile(file, 'utf8')).toBe('dist\n!.env\n.env\n');
  await writeFile(file, '.e*\n');
  await cli('init', project);
  expect(await readFile(file, 'utf8')).toBe('.e*\n');
  await rm(project, { recursive: true, maxRetries: 10 });
});

it('doctor warns where tasks would find a project above their workspaces', async () => {
  const outer = await realpath(await mkdtemp(join(tmpdir(), 'cc-cli-outer-')));
  await writeFile(join(outer, 'package.json'), '{}');
  const workspaces = join(outer, 'deep/workspaces');
  const { stdout } = await startCli(['doctor'], { CC_EXECUTOR_WORKSPACES_DIR: workspaces }).ended;
  expect(stdout).toContain(
    `! The workspaces (${workspaces}) are inside of a project: programs of a task that look upwards find ${outer}/package.json.\n    Set CC_EXECUTOR_WORKSPACES_DIR`,
  );
  await rm(outer, { recursive: true, maxRetries: 10 });
});

it('doctor knows who uses a port: this installation, another one of ours, or another program', async () => {
  const data = await realpath(await mkdtemp(join(tmpdir(), 'cc-cli-ports-')));
  const free = { CC_EXECUTOR_DATA_DIR: data, CC_EXECUTOR_API_PORT: '0', CC_EXECUTOR_WS_PORT: '0' };
  const started = await startCli(['server', 'start', '--detach', '--json'], free).ended;
  const { api, ws } = JSON.parse(started.stdout) as { api: string; ws: string };
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    const [first, second] = [new URL(api).port, new URL(ws).port];
    const ports = { CC_EXECUTOR_API_PORT: first, CC_EXECUTOR_WS_PORT: second };
    // A server that does not answer: the ports are what is left to look at.
    const doctor = async (env: Record<string, string>) =>
      (await startCli(['doctor', '--url', 'http://127.0.0.1:1'], env).ended).stdout;
    const own = await doctor({ ...free, ...ports });
    for (const port of [first, second])
      expect(own).toContain(`✓ Port ${port} is used by the server of this installation\n`);

    const elsewhere = join(data, 'elsewhere');
    const ofOthers = await doctor({ CC_EXECUTOR_DATA_DIR: elsewhere, ...ports });
    for (const port of [first, second]) expect(ofOthers).toMatch(`! Port ${port} is used by a cc-executor `);

    const taken = String((other.address() as { port: number }).port);
    const byAnother = await doctor({ CC_EXECUTOR_DATA_DIR: elsewhere, CC_EXECUTOR_API_PORT: taken });
    expect(byAnother).toContain(`✗ Port ${taken} is taken by another program\n`);
  } finally {
    other.close();
    await startCli(['server', 'stop'], free).ended;
    await rm(data, { recursive: true, maxRetries: 10 });
  }
}, 120_000);

it('doctor reports wrong settings, whatever they affect', async () => {
  const { code, stdout } = await startCli(['doctor'], { CC_EXECUTOR_API_PORT: 'no' }).ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ Settings are wrong \(1\)\n {4}CC_EXECUTOR_API_PORT: got "no".*/m);
  expect(stdout).toMatch(/^✗ No server can be asked: .*127\.0\.0\.1:no/m);
});

it('the server is looked for at the address that the settings name', async () => {
  const at = async (host: string) =>
    (await startCli(['version'], { CC_EXECUTOR_HOST: host, CC_EXECUTOR_API_PORT: '1' }).ended).stdout;
  expect(await at('::1')).toContain('no server answers at http://[::1]:1\n');
  expect(await at('0.0.0.0')).toContain('no server answers at http://127.0.0.1:1\n');
});

it('secrets are not shown', async () => {
  const { stdout } = await startCli(['config', 'show'], { CC_EXECUTOR_API_KEY: 'abc123' }).ended;
  expect(stdout).toMatch(/CC_EXECUTOR_API_KEY +set +\(set, not shown\)/);
  expect(stdout).not.toContain('abc123');
});

it('the server starts alone, is found, and stops', async () => {
  const env = {
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'warn',
    CC_EXECUTOR_API_KEY: 'right-key',
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
  };
  const cliHere = async (...args: string[]) => await startCli(args, env).ended;
  expect(await cliHere('server', 'status')).toMatchObject({ code: 3 });
  expect(await cliHere('server', 'start', '--detach')).toMatchObject({
    code: 0,
    // Without a credential it says so at once, and the one way out that fits this machine.
    stdout: expect.stringMatching(
      /^Running at http.*\n"cc-executor server stop" ends it\.\n(Claude is not authenticated: .*\n {2}.*cc-executor login.*\n {2}All ways: cc-executor doctor\n)?$/,
    ),
  });
  try {
    expect(await cliHere('server', 'start', '--detach')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already running'),
    });
    expect((await cliHere('server', 'status')).stdout).toMatch(/worker +pid \d+/);
    const again = JSON.parse((await cliHere('server', 'restart', '--json')).stdout) as object;
    expect(again).toMatchObject({ pid: expect.any(Number), api: expect.stringContaining('http://127.') });
    expect(await cliHere('run', 'echo found')).toMatchObject({ code: 0, stdout: 'found\n' });
    const wrong = await startCli(['list'], { ...env, CC_EXECUTOR_API_KEY: 'wrong-key' }).ended;
    expect(wrong).toMatchObject({ code: 3, stdout: '' });
    expect(wrong.stderr).toMatch(/^cc-executor: The API key is not valid.* Set CC_EXECUTOR_API_KEY.*\n$/);
  } finally {
    const { code, stdout } = await cliHere('server', 'stop', '--json');
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      stopped: { ws: expect.any(String) },
    });
  }
  expect(await cliHere('server', 'status')).toMatchObject({ code: 3 });
});

it('the server stays with the terminal, and ends with Ctrl-C', async () => {
  const server = startCli(['server', 'start'], {
    CC_EXECUTOR_DATA_DIR: join(folder, 'other-data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
  });
  await server.saying('Try it:');
  server.child.kill('SIGINT');
  expect((await server.ended).stdout).toContain('cc-executor is ending.');
  expect(server.child.signalCode).toBe('SIGINT');
});
