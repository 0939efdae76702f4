import type { Task } from '../src/index.ts';
import { waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ccExecute, ccExecuteList, CcExecutor, CcServerError, type LocalCcExecutor } from '../src/local.ts';

let cc: LocalCcExecutor;
beforeAll(async () => {
  const { PATH, HOME } = process.env;
  cc = await CcExecutor.local({ env: { PATH, HOME, LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  await cc.close();
});

describe('an execution', () => {
  it('is followed from its first event to its last, each once, and gives its results', async () => {
    const execution = await cc.execute([{ command: 'echo one' }, { command: 'echo two >&2; exit 3' }]);
    const seqs: number[] = [];
    let stderr = '';
    for await (const event of execution) {
      if (event.type === 'gap' || event.type === 'reset') throw new Error('nothing was lost');
      seqs.push(event.seq);
      if (event.type === 'task.output' && event.data.stream === 'stderr') stderr += event.data.data;
    }
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(stderr).toBe('two\n');
    expect((await execution.result()).results.map(({ exit_code }) => exit_code)).toEqual([0, 3]);
    expect(await (await execution.output(1, { from: 1 })).text()).toBe('ne\n');
    expect((await cc.list({ limit: 1 })).executions[0]?.execution_id).toBe(execution.id);
  });

  it('is the same one when its call is repeated with the same key', async () => {
    const options = { idempotencyKey: 'once' };
    const [first, again] = [
      await cc.execute([{ command: 'true' }], options),
      await cc.execute([{ command: 'true' }], options),
    ];
    expect(again.id).toBe(first.id);
  });

  it('can be attached to at a position, by another client', async () => {
    const first = await cc.execute([{ command: 'echo hello' }]);
    await first.result();
    const { head } = await first.status();
    const types = await Array.fromAsync(
      new CcExecutor({ url: cc.url }).attach(first.id, { after: head - 1 }),
      ({ type }) => type,
    );
    expect(types).toEqual(['execution.completed']);
  });

  it('is cancelled, with a result that shows it', async () => {
    const execution = await cc.execute([{ command: 'sleep 600' }]);
    await waitFor(async () => (await execution.status()).status === 'running');
    expect(await execution.cancel()).toMatchObject({ status: 'cancelling' });
    expect(await execution.result()).toMatchObject({ status: 'cancelled' });
  });

  it('is let go of when the loop is left or its signal aborts, and continues', async () => {
    const execution = await cc.execute([{ command: 'echo begun; sleep 600' }]);
    for await (const event of execution) if (event.type === 'task.output') break;
    const abort = new AbortController();
    const following = Array.fromAsync(execution.events({ signal: abort.signal }));
    abort.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    expect((await execution.status()).status).toBe('running');
    await execution.cancel();
    await execution.result();
  });
});

describe('errors', () => {
  it('report every fault that the server found', async () => {
    const refused = cc.execute([{ command: '' }, {} as Task]);
    await expect(refused).rejects.toMatchObject({
      name: 'CcServerError',
      code: 'INVALID_REQUEST',
      status: 400,
      errors: [{ path: 'tasks[0].command' }, { path: 'tasks[1]' }],
    });
    await expect(cc.attach('nothing-here').result()).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    await expect(Array.fromAsync(cc.attach('nothing-here'))).rejects.toBeInstanceOf(CcServerError);
  });

  it('distinguish what happened here', async () => {
    const nobody = new CcExecutor({ url: 'http://127.0.0.1:1' });
    await expect(nobody.list()).rejects.toMatchObject({ name: 'CcLocalError', code: 'UNREACHABLE' });
    await expect(Array.fromAsync(nobody.attach('x'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(() => new CcExecutor({ url: 'localhost' })).toThrow(/must be like http/);
    expect(() => new CcExecutor({ url: 'http://me:secret@127.0.0.1' })).toThrow(/^The url has a user/);
    expect(() => new CcExecutor({ apiKey: 'half a key' })).toThrow(/^The apiKey has characters/);
    expect(new CcExecutor({ url: 'http://127.0.0.1:1/below/' }).url).toBe('http://127.0.0.1:1/below');
  });
});

describe('the short forms', () => {
  it('give the answer of one task, and of a list', async () => {
    const streamed: string[] = [];
    const stream = (text: string) => void streamed.push(text);
    expect(await ccExecute({ command: 'printf hi' }, { client: cc, stream })).toBe('hi');
    expect(streamed).toEqual(['hi']);
    const list = [{ command: 'echo $((6*7)) > n' }, { command: 'cat n' }];
    expect(await ccExecuteList(list, { client: cc, timeout: 30 })).toEqual(['', '42\n']);
  });

  it('give all of a long answer', async () => {
    const answer = await ccExecute({ command: 'head -c 200000 /dev/zero | tr "\\0" x' }, { client: cc });
    expect(answer).toHaveLength(200_000);
  });

  it('throw what the server reported of a task that did not succeed', async () => {
    const failing = ccExecute({ command: 'exit 9' }, { client: cc });
    await expect(failing).rejects.toMatchObject({ code: 'nonzero_exit', results: { failed_tasks: 1 } });
  });

  it('hand over a report, also of what failed', async () => {
    const reports: string[] = [];
    const generateReport = (markdown: string, id: string) => void reports.push(`${id}: ${markdown}`);
    const options = { client: cc, generateReport };
    await ccExecute({ command: 'echo reported' }, options);
    await expect(ccExecute({ command: 'exit 3' }, options)).rejects.toMatchObject({ code: 'nonzero_exit' });
    expect(reports).toEqual([
      expect.stringContaining('echo reported'),
      expect.stringContaining('nonzero_exit'),
    ]);
  });
});
