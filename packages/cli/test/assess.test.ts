import { processesWith } from '@cc-executor/testkit';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../src/assess/assess.ts';
import { startCli } from './cli-under-test.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-assess-'));
});
afterAll(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

const at = (...names: string[]) => join(folder, ...names);
const assess = async (args: string[], env: Record<string, string> = {}) =>
  await startCli(['test', 'assess', ...args], env).ended;

describe('test assess', () => {
  it(
    'finds nothing amiss here, and keeps a report and all that was sent and received',
    { timeout: 240_000 },
    async () => {
      // What the user has set for his own server is not for this one.
      const { code, stdout } = await assess(['--output', at('whole')], {
        REDIS_URL: 'redis://nowhere.invalid',
        CC_EXECUTOR_API_KEY: 'some-key',
        ALLOWED_COMMANDS: 'git',
      });
      expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([]);
      expect([code, stdout.trim().split('\n').at(-1)]).toEqual([
        0,
        `${String(CHECKS.length)} passed, 0 failed, 0 skipped; the report is in ${at('whole')}`,
      ]);
      expect(await readFile(at('whole/report.md'), 'utf8')).toContain(
        `| passed | \`every-fault\` | Bad input is reported`,
      );
      expect((await readdir(at('whole/raw'))).toSorted()).toEqual(
        CHECKS.map(({ id }) => `${id}.json`).toSorted(),
      );
      const exchanges = JSON.parse(await readFile(at('whole/raw/exit-code.json'), 'utf8')) as unknown[];
      expect(exchanges[0]).toMatchObject({
        request: { method: 'POST', path: '/execute', body: { tasks: [{ command: 'exit 3' }] } },
        response: { status: 202, body: expect.stringContaining('execution_id') },
      });
      expect(await readdir(at('whole/logs'))).toContain('worker.log');
    },
  );

  it('reports what is wrong, with its evidence, and ends with 1', async () => {
    const { code, stdout } = await assess(['--only', 'command', 'prompt', '--output', at('broken')], {
      CC_EXECUTOR_CLAUDE: '/bin/false',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ command: .*^✗ prompt: .*1 passed, 1 failed, 0 skipped/ms);
    expect(await readFile(at('broken/report.md'), 'utf8')).toMatch(/^## prompt$.*failed/ms);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const own = await mkdtemp(at('tmp-'));
    const running = startCli(['test', 'assess', '--output', at('interrupted')], { TMPDIR: own });
    await running.saying('✓ command:');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('It was interrupted'),
    });
    expect((await readdir(own)).filter((name) => name.startsWith('cc-executor'))).toEqual([]);
    expect(processesWith(own)).toEqual([]);
  });

  it('reports what it cannot begin with', async () => {
    expect(await assess(['--only', 'nothing'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no check "nothing"; there are health,'),
    });
    expect(await assess(['--only', 'health', '--output', '/dev/null/x'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENOTDIR'),
    });
  });

  it('says with --real that it spends tokens, and leaves out what only a script can play', async () => {
    const { code, stdout, stderr } = await assess([
      '--real',
      '--only',
      'command',
      'burst',
      '--output',
      at('real'),
    ]);
    expect(stderr).toContain('this spends tokens');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^- burst: .*1 passed, 0 failed, 1 skipped/ms)]);
  });
});
