import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { say } from '@cc-executor/testkit';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();
const PLANTED = 'Remember the word heliotrope.';

describe('the next prompt in a workspace', () => {
  it('reads nothing of the automatic memory of the one before', async () => {
    const cwd = await harness.workspace();
    const config = join(await harness.workspace(), 'config');
    const env = { CLAUDE_CONFIG_DIR: config };
    const first = await harness.model(() => say('ok'));
    await (
      await harness.start('first', first, { cwd, env })
    ).run.ended;
    expect(JSON.stringify(first.requests[0]?.body)).not.toMatch(/auto.?memory|MEMORY\.md/i);
    // Where Claude Code keeps it, by the name that it gives to the folder of this workspace.
    const projects = await readdir(join(config, 'projects'));
    expect(projects.length).toBe(1);
    for (const name of projects) {
      await mkdir(join(config, 'projects', name, 'memory'), { recursive: true });
      await writeFile(join(config, 'projects', name, 'memory', 'MEMORY.md'), PLANTED);
    }
    const second = await harness.model(() => say('ok'));
    await (
      await harness.start('second', second, { cwd, env })
    ).run.ended;
    expect(JSON.stringify(second.requests[0]?.body)).not.toContain('heliotrope');
  });

  it.each([
    [undefined, true],
    [true, true],
    [false, false],
  ])('with workspace_memory %s: CLAUDE.md and rules are read: %s', async (workspace_memory, isRead) => {
    const cwd = await harness.workspace();
    await mkdir(join(cwd, '.claude/rules'), { recursive: true });
    await writeFile(join(cwd, 'CLAUDE.md'), 'Always whistle while working.');
    await writeFile(join(cwd, '.claude/CLAUDE.md'), 'Always hum while working.');
    await writeFile(join(cwd, '.claude/rules/planted.md'), PLANTED);
    const model = await harness.model(() => say('ok'));
    const options = workspace_memory === undefined ? {} : { workspace_memory };
    await (
      await harness.start('go', model, { cwd, options })
    ).run.ended;
    const asked = JSON.stringify(model.requests[0]?.body);
    for (const text of ['whistle', 'hum while', 'heliotrope']) expect(asked.includes(text)).toBe(isRead);
  });
});
