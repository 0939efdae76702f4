import { codexProgram, say, startScriptedModel, useTool } from '@cc-executor/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codexAgent, LocalLauncher, type AgentEvent, type AgentTask } from '../../src/index.ts';
import { MountPoints } from '../../src/codex/mount-points.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-points-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

const ID = 'an-execution';
const fresh = async () => {
  const home = await mkdtemp(join(folder, 'home-'));
  const workspace = join(home, 'workspace');
  await mkdir(workspace);
  return { home, workspace, points: new MountPoints(join(home, 'homes')) };
};
const leave = async (workspace: string, ...names: string[]) => {
  for (const name of names) await mkdir(join(workspace, name), { recursive: true });
};
const notes = (home: string) => readdirSync(join(home, 'homes', ID, 'cc-executor/missing'));

describe('the folders that the sandbox of Codex makes', () => {
  it('are removed where they are empty and were not there', async () => {
    const { home, workspace, points } = await fresh();
    await leave(workspace, '.agents');
    const remove = points.note(ID, [workspace]);
    await leave(workspace, '.git', '.codex', '.aws');
    await writeFile(join(workspace, '.aws/config'), 'of the user');
    await remove();
    expect(readdirSync(workspace).toSorted()).toEqual(['.agents', '.aws']);
    expect(notes(home)).toEqual([]);
  });

  it('are removed by the next worker where this one died', async () => {
    const { home, workspace, points } = await fresh();
    await leave(workspace, '.agents');
    points.note(ID, [workspace]);
    await leave(workspace, '.git', '.codex');
    await new MountPoints(join(home, 'homes')).clear(ID);
    expect(readdirSync(workspace)).toEqual(['.agents']);
    expect(notes(home)).toEqual([]);
  });

  it('stay while another attempt uses them', async () => {
    const { workspace, points } = await fresh();
    const first = points.note(ID, [workspace]);
    await leave(workspace, '.git');
    const second = points.note('another-execution', [workspace]);
    await first();
    await points.clear('another-execution');
    expect(readdirSync(workspace)).toEqual(['.git']);
    await second();
    expect(readdirSync(workspace)).toEqual([]);
  });

  it('are the only ones that a note can name', async () => {
    const { home, workspace, points } = await fresh();
    await leave(workspace, 'theirs', '.git');
    await mkdir(join(home, 'homes', ID, 'cc-executor/missing'), { recursive: true });
    const note = (name: string, text: string) =>
      writeFile(join(home, 'homes', ID, 'cc-executor/missing', name), text);
    await note('a', JSON.stringify([join(workspace, 'theirs'), workspace, '.git', 7]));
    await note('b', 'no JSON');
    await points.clear(ID);
    expect(readdirSync(workspace).toSorted()).toEqual(['.git', 'theirs']);
  });

  it('are not left by a Codex that is killed while a command runs', async (context) => {
    if (spawnSync('unshare', ['-Ur', 'true']).status !== 0) context.skip('no namespaces are allowed here');
    const { home, workspace } = await fresh();
    const extra = join(home, 'theirs');
    await mkdir(extra);
    const model = await startScriptedModel({
      script: ({ messages }) =>
        JSON.stringify(messages).includes('tool_result')
          ? say('ok')
          : useTool('exec_command', { cmd: 'touch started; sleep 600' }),
    });
    try {
      const agent = codexAgent({
        launch: new LocalLauncher().launch,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: home,
          OPENAI_API_KEY: 'sk-made-up',
          OPENAI_BASE_URL: `${model.url}/v1`,
        },
        executable: codexProgram,
        homes: join(home, 'homes'),
        requestTimeoutMs: 60_000,
        network: false,
        // It is killed before it can clean up.
        graceMs: 0,
      });
      const task: AgentTask = {
        executionId: ID,
        task: 1,
        attempt: 1,
        variables: {},
        text: 'Do it.',
        options: { model: 'gpt-scripted', extra_dirs: [extra] },
        cwd: workspace,
        session: { id: '0f0e0d0c-0b0a-4908-8706-050403020103', resumed: false },
      };
      const nothing = () => undefined;
      const events: AgentEvent[] = [];
      const run = agent.start(task, {
        given: nothing,
        alive: nothing,
        output: nothing,
        message: nothing,
        event: (event) => {
          events.push(event);
          return undefined;
        },
      });
      await expect.poll(() => existsSync(join(workspace, 'started')), { timeout: 120_000 }).toBe(true);
      run.stop('drained');
      expect(await run.ended).toMatchObject({ outcome: 'drained' });
      expect(readdirSync(workspace)).toEqual(['started']);
      expect(readdirSync(extra)).toEqual([]);
    } finally {
      await model.close();
    }
  });
});
