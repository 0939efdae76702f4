import { LocalLauncher } from '@cc-executor/agents';
import type { HookContext } from '@cc-executor/contracts';
import { commandEnvironment } from '@cc-executor/service-kit';
import { processesWith } from '@cc-executor/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HookDefinition } from '../src/hook.ts';
import { runHook } from '../src/run-hook.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-run-hook-'));
});
afterAll(async () => {
  expect(processesWith(folder)).toEqual([]);
  await rm(folder, { recursive: true, maxRetries: 10 });
});

const CONTEXT: HookContext<'pre_task'> = {
  stage: 'pre_task',
  hook: 'h',
  execution_id: 'e',
  workspace: '/tmp',
  total_tasks: 1,
  task: { task_number: 1, name: null, kind: 'prompt', text: 'Do it.' },
  attempt: 1,
};

type PreTask = HookDefinition & { stage: 'pre_task' };
const hook = (runs: HookDefinition['runs'], timeout = 30): PreTask => {
  return { name: 'h', stage: 'pre_task', runs, source: 's', required: false, timeout, events: null };
};
let files = 0;

async function runModule(
  source: string,
  { timeout = 30, name = 'hook.ts', signal }: { timeout?: number; name?: string; signal?: AbortSignal } = {},
) {
  const file = join(folder, `${String((files += 1))}-${name}`);
  await writeFile(file, source);
  return await run(hook({ module: file }, timeout), signal);
}

const sh = async (script: string, timeout = 30) =>
  await run(hook({ program: '/bin/sh', args: ['-c', script] }, timeout));

async function run(definition: PreTask, signal?: AbortSignal) {
  const env = { ...commandEnvironment(process.env), MARKED: folder };
  const ports = { launch: new LocalLauncher().launch, env, directory: folder, graceMs: 200 };
  return await runHook(ports, definition, CONTEXT, signal);
}

describe('a module', () => {
  it('gets the context and gives its answer; what it prints is no part of that', async () => {
    const done = await runModule(`
      interface Context { task: { text: string } }
      export default async ({ task }: Context) => {
        console.log('{"proceed": false}');
        process.stdout.write('more');
        return { proceed: true, prompt: task.text + ' Carefully.', env: { A: '1' }, message: 'amended' };
      };`);
    expect(done).toMatchObject({
      result: 'amended',
      answer: { proceed: true, prompt: 'Do it. Carefully.', env: { A: '1' } },
      message: 'amended',
      stderr: expect.stringContaining('more'),
    });
  });

  it.each([
    ['nothing', 'undefined', 'proceed'],
    ['an empty answer', '({})', 'proceed'],
    ['a refusal', '({ proceed: false, message: "no" })', 'refused'],
  ])('that gives %s', async (_, answer, result) => {
    expect(await runModule(`export default () => ${answer};`)).toMatchObject({ result });
  });

  it('is over when it has answered, whatever it leaves open or running', async () => {
    const done = await runModule(`
      import { spawn } from 'node:child_process';
      export default () => {
        setInterval(() => undefined, 1000);
        for (const detached of [true, false]) spawn('sleep', ['600'], { detached, stdio: 'inherit' }).unref();
        return { proceed: true };
      };`);
    expect(done.result).toBe('proceed');
  });
});

describe('a hook that fails', () => {
  it.each([
    ['throws', "export default () => { throw new Error('out of order'); };", 'exit code 1', 'out of order'],
    ['has no function', 'export const hook = 1;', 'exit code 1', 'no function as its default export'],
    ['is no JavaScript', 'export default (', 'exit code 1', 'SyntaxError'],
    ['ends by itself', 'export default () => process.exit(0);', 'without an answer', ''],
    ['gives nonsense', "export default () => 'yes';", "can't be used: the whole must be an object", ''],
    [
      'gives another shape',
      'export default () => ({ proceed: 1, go: 2 });',
      'proceed must be true or false; go unknown key',
      '',
    ],
    [
      'sets what is ours',
      "export default () => ({ env: { CC_EXECUTOR_TASK: '9' } });",
      'not a name of a variable that a hook may set',
      '',
    ],
    ['empties the prompt', "export default () => ({ prompt: '' });", 'prompt must not be empty', ''],
  ])('because it %s', async (_, source, message, stderr) => {
    const done = await runModule(source);
    expect(done).toMatchObject({ result: 'failed', answer: null, message: expect.stringContaining(message) });
    expect(done.stderr).toContain(stderr);
  });

  it('by hanging is ended, with its whole group', async () => {
    const done = await runModule(
      `import { spawn } from 'node:child_process';
       process.on('SIGTERM', () => undefined);
       export default async () => {
         spawn('sleep', ['600'], { detached: true });
         await new Promise(() => setInterval(() => undefined, 1000));
       };`,
      { timeout: 0.7 },
    );
    expect(done).toMatchObject({ result: 'timed_out', message: expect.stringContaining('0.7 s') });
  });

  it('has at most the last 500 characters of its stderr reported', async () => {
    const { stderr } = await sh(
      'i=0; while [ $i -lt 300 ]; do echo "line $i é" >&2; i=$((i+1)); done; exit 1',
    );
    expect(stderr.length).toBe(500);
    expect(stderr).toMatch(/line 299 é$/);
  });

  it('by an end from outside is over soon', async () => {
    const ending = new AbortController();
    const done = runModule('export default () => new Promise(() => setInterval(() => undefined, 1000));', {
      signal: ending.signal,
    });
    ending.abort();
    expect(await done).toMatchObject({ result: 'failed', message: expect.stringContaining('was ended') });
  });
});

describe('a hook that prints 100 MB', () => {
  it('on stdout is ended early', async () => {
    const done = await sh('yes "a line of output" | head -c 100000000');
    expect(done).toMatchObject({
      result: 'failed',
      message: expect.stringContaining('more than 8388608 bytes'),
    });
  });

  it('on stderr costs no memory, and its answer counts', async () => {
    const done = await sh('yes noise | head -c 100000000 >&2; echo \'{"message": "there"}\'');
    expect(done).toMatchObject({ result: 'proceed', message: 'there' });
    expect(done.stderr.length).toBeLessThanOrEqual(500);
  });
});

describe('a command', () => {
  it('gets the context on its stdin and in variables, and none of our secrets', async () => {
    const done = await sh(
      'context=$(cat); printf \'{"message": "%s %s %s %s"}\' "$CC_EXECUTOR_STAGE" "$CC_EXECUTOR_TASK" "${ANTHROPIC_API_KEY:-none}" "$(echo "$context" | grep -c Do)"',
    );
    expect(done).toMatchObject({ result: 'proceed', message: 'pre_task 1 none 1' });
  });

  it('that prints no JSON has nothing to say', async () => {
    expect(await sh('echo all is well')).toMatchObject({ result: 'proceed', message: null });
  });

  it.each([
    ['prints half an answer', 'printf "{\\"proceed\\":"', 'is not JSON'],
    ['ends with another code', 'exit 3', 'exit code 3'],
    ['is killed', 'kill -9 $$', 'SIGKILL'],
  ])('fails that %s', async (_, script, message) => {
    expect(await sh(script)).toMatchObject({ result: 'failed', message: expect.stringContaining(message) });
  });

  it('fails that is gone since', async () => {
    const done = await run(hook({ program: join(folder, 'gone'), args: [] }));
    expect(done).toMatchObject({
      result: 'failed',
      message: expect.stringContaining('could not be started'),
    });
  });
});
