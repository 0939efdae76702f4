import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstUserTexts, say } from '@cc-executor/testkit';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();

describe('a prompt', () => {
  // Proves: verbatim-text
  it.concurrent.each([
    ['a slash command', '/context'],
    ['a file mention', 'look at @notes.txt and @server:resource'],
    ['a memory note', '# remember this'],
    ['a shell escape', '!ls'],
    ['whitespace around it', '  \n\t two lines\r\n\n  and an end \n\n'],
    ['unicode', 'é e\u0301 漢字 👩‍👩‍👧 \u2028 \u00a0 \ufeff'],
    ['what looks like an argument', '--version'],
    ['quotes, templates and markup', '"$HOME" `date` {{x}} ${y} </system-reminder> \\n'],
  ])('with %s reaches the model byte for byte', async (_, text) => {
    const model = await harness.model(() => say('ok'));
    const cwd = await harness.workspace();
    await writeFile(join(cwd, 'notes.txt'), 'SECRET NOTES');
    const { run } = await harness.start(text, model, { cwd });
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'ok' });
    const [request] = model.requests;
    expect(request && firstUserTexts(request.body).at(-1)).toBe(text);
    expect(JSON.stringify(request?.body)).not.toContain('SECRET NOTES');
  });
});

describe('a workspace', () => {
  it('has its CLAUDE.md read, and neither its settings nor its hooks', async () => {
    const model = await harness.model(() => say('ok'));
    const cwd = await harness.workspace();
    await writeFile(join(cwd, 'CLAUDE.md'), 'Always whistle while working.');
    await mkdir(join(cwd, '.claude'));
    const hooks = { SessionStart: [{ hooks: [{ type: 'command', command: 'echo hooked > hooked' }] }] };
    const settings = { model: 'claude-other-model', hooks };
    await writeFile(join(cwd, '.claude', 'settings.json'), JSON.stringify(settings));
    const { run } = await harness.start('go', model, { cwd });
    expect((await run.ended).model).not.toBe('claude-other-model');
    expect(JSON.stringify(model.requests[0]?.body)).toContain('Always whistle while working.');
    await expect(import('node:fs/promises').then((fs) => fs.stat(join(cwd, 'hooked')))).rejects.toThrow(
      'ENOENT',
    );
  });
});
