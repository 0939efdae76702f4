import { needs } from '@cc-executor/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCli } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';

it.for([
  ['bash', 'bash --norc --noprofile -i'],
  ['zsh', 'zsh -f -i'],
  ['fish', 'fish --no-config -i'],
] as const)(
  '%s completes commands, what is below them, and their options',
  async ([shell, program], context) => {
    needs(context, 'tmux');
    needs(context, shell);
    const { stdout: script } = await startCli(['completion', shell]).ended;
    const terminal = await openTerminal(program, { SHELL: '/bin/sh' });
    try {
      const file = join(terminal.folder, 'completion');
      await writeFile(file, script);
      await terminal.type(`source ${file} && clear && echo rea''dy`);
      await terminal.press('Enter');
      await terminal.showing(/^ready$/m);
      for (const [typed, completed] of [
        ['cc-executor resul', /cc-executor results\b/],
        ['cc-executor history exp', /cc-executor history export\b/],
        ['cc-executor submit --wat', /cc-executor submit --watch\b/],
        ['cc-executor server start --det', /cc-executor server start --detach\b/],
        [`cc-executor submit ${terminal.folder}/comp`, /\/completion\b/],
      ] as const) {
        await terminal.type(typed);
        await terminal.press('Tab');
        await terminal.showing(completed);
        await terminal.press('C-u', 'C-l');
      }
      expect(await terminal.screen()).not.toMatch(/error|not found|unrecognized/);
    } finally {
      await terminal.close();
    }
  },
);
