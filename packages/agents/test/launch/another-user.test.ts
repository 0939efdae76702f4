import { needs, waitFor } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import type { AgentEnd, AgentEvent } from '../../src/index.ts';

const PROGRAM = join(import.meta.dirname, '../fixtures/runs-commands.ts');
const NOBODY = 'setpriv --reuid 65534 --clear-groups';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'cc-executor-'));
});
afterEach(async () => rm(cwd, { recursive: true, maxRetries: 10 }));

/** Runs a command by a process that, like any ordinary user, can't signal processes of other users. */
function runUnprivileged(context: TestContext, command: string) {
  const setpriv = needs(context, 'setpriv');
  if (process.getuid?.() !== 0) context.skip('only root can start processes of other users');
  const without = ['--bounding-set=-kill', '--inh-caps=-kill'];
  const child = spawn(setpriv, [...without, process.execPath, PROGRAM, command], { cwd });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  return {
    stop: () => child.stdin.write('stop\n'),
    ended: async () => {
      expect(await stderr).toBe('');
      return JSON.parse(await stdout) as { end: AgentEnd; events: AgentEvent[] };
    },
  };
}

const pidIn = async (file: string) =>
  Number(await waitFor(async () => (await readFile(join(cwd, file), 'utf8').catch(() => '')).trim()));

const warnings = (events: readonly AgentEvent[]) => events.filter(({ type }) => type === 'task.warning');

describe('a process of another user', () => {
  it('that a stop cannot end is left, and named in a warning: the attempt ends as it was asked to', async (context) => {
    const { stop, ended } = runUnprivileged(
      context,
      `${NOBODY} sh -c 'echo $$ >&3; trap "" HUP; exec sleep 600' 3> other & wait`,
    );
    const other = await pidIn('other');
    try {
      stop();
      const { end, events } = await ended();
      expect(end).toMatchObject({ outcome: 'cancelled' });
      expect(warnings(events)).toEqual([
        {
          type: 'task.warning',
          data: {
            code: 'processes_left',
            message: `These processes could not be ended, because they belong to another user, and may still run: ${String(other)} (sleep 600).`,
          },
        },
      ]);
    } finally {
      process.kill(other, 'SIGKILL');
    }
  });

  it('that is the first process of a task blocks nothing either, though its exit is never seen', async (context) => {
    const { stop, ended } = runUnprivileged(context, `echo $$ > other; exec ${NOBODY} sleep 600`);
    const other = await pidIn('other');
    await waitFor(async () => (await readFile(`/proc/${String(other)}/cmdline`, 'utf8')).startsWith('sleep'));
    try {
      stop();
      const { end, events } = await ended();
      expect(end).toMatchObject({ outcome: 'cancelled', exit_code: null, signal: null });
      expect(warnings(events)).toHaveLength(1);
    } finally {
      process.kill(other, 'SIGKILL');
    }
  });

  it('that a command leaves behind and that writes on and on does not hold it up', async (context) => {
    const { ended } = runUnprivileged(
      context,
      `${NOBODY} sh -c 'echo $$ >&3; exec yes' 3> other & until [ -s other ]; do sleep 0.02; done`,
    );
    const other = await pidIn('other');
    try {
      const { end, events } = await ended();
      expect(end).toMatchObject({ outcome: 'completed', exit_code: 0 });
      expect(warnings(events)).toHaveLength(1);
    } finally {
      process.kill(other, 'SIGKILL');
    }
  });

  it('that ends by itself in time is no reason for a warning', async (context) => {
    const { ended } = runUnprivileged(context, `${NOBODY} sleep 0.6 & exit 0`);
    const { end, events } = await ended();
    expect(end).toMatchObject({ outcome: 'completed' });
    expect(warnings(events)).toEqual([]);
  });
});
