import { needs } from '@cc-executor/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli, startCliUnderTest } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
beforeAll(async () => {
  under = await startCliUnderTest();
  await under.piped('[{"command": "true"}]', 'submit', '-', '--id', 'night-of-the-parser', '--wait');
});
afterAll(async () => {
  await under.stop();
});

it.for([
  ['bash', 'bash --norc --noprofile -i'],
  ['zsh', 'zsh -f -i'],
  ['fish', 'fish --no-config -i'],
] as const)(
  '%s completes commands, what is below them, their options and values, ids and files',
  async ([shell, program], context) => {
    needs(context, 'tmux');
    needs(context, shell);
    const { stdout: script } = await startCli(['completion', shell]).ended;
    const terminal = await openTerminal(program, { SHELL: '/bin/sh', CC_EXECUTOR_URL: under.stack.apiUrl });
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
        ['cc-executor list --status runn', /--status running\b/],
        ['cc-executor history export --format js', /--format json/],
        ['cc-executor hooks run pre_t', /hooks run pre_t\w+/],
        ['cc-executor status night', /status night-of-the-parser\b/],
        ['cc-executor history list --execution night', /--execution night-of-the-parser\b/],
        ['cc-executor results las', /results last\b/],
        [`cc-executor report last --output ${terminal.folder}/comp`, /--output \/.*\/completion\b/],
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
