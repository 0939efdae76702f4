import { needs, processIsAlive, waitFor } from '@cc-executor/testkit';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** What tasks end by name. */
const OTHERS = /node|redis|npm|valkey/;
let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
  // A process names itself when its program has begun, which is a moment after its start.
  if (process.platform === 'linux')
    await waitFor(() => processesOf(under.stack.pids()).every((pid) => !OTHERS.test(nameOf(pid))), {
      what: 'the processes to name themselves',
    });
});
afterAll(async () => await under.stop());

const nameOf = (pid: number) => {
  const read = (file: string) => readFileSync(`/proc/${String(pid)}/${file}`, 'utf8').replaceAll('\0', ' ');
  return `${read('comm').trim()}: ${read('cmdline').trim()}`;
};

/** The processes of the stack, with the guardian of the worker and the shell around Redis. */
function processesOf(pids: Record<string, number>): number[] {
  const children = Object.values(pids).flatMap((pid) =>
    readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
      .trim()
      .split(' '),
  );
  const parents = [pids['redis'] ?? 0].map((pid) =>
    Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]),
  );
  return [...Object.values(pids), ...children.filter(Boolean).map(Number), ...parents];
}

it.runIf(process.platform === 'linux')(
  'no process of the stack is named after what tasks end by name',
  () => {
    const pids = processesOf(under.stack.pids());
    expect(pids.length).toBeGreaterThanOrEqual(6);
    for (const pid of pids) expect(nameOf(pid)).not.toMatch(OTHERS);
  },
);

it.runIf(process.platform === 'linux')(
  'a task that ends all programs of a name does not end the stack',
  async (context) => {
    const pkill = needs(context, 'pkill');
    const before = processesOf(under.stack.pids());
    // By the names and command lines of the stack alone: others run on this machine as well.
    const matches = (pattern: string, full: string) =>
      `pgrep ${full} '${pattern}' | grep -xE '${before.join('|')}' && echo met by ${pkill} ${full} ${pattern}`;
    const commands = ['node', 'redis', 'npm'].flatMap((name) => [matches(name, ''), matches(name, '-f')]);
    const id = await under.submit({
      tasks: [{ command: `${commands.join('; ')}; true` }, { command: 'echo on' }],
    });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results.map(({ stdout }) => stdout)).toEqual(['', 'on\n']);
    expect(before.filter((pid) => !processIsAlive(pid))).toEqual([]);
  },
);
