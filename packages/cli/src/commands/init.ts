import { INSTALLATION_ROOT } from '@cc-executor/local-stack/project-root';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { ignoreEnv } from '../init/ignore-env.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const ENV = `# Settings of cc-executor. For prompts, one of these; see "cc-executor doctor".
# ANTHROPIC_API_KEY=
# CLAUDE_CODE_OAUTH_TOKEN=

# CC_EXECUTOR_API_PORT=8001
# CC_EXECUTOR_WS_PORT=8004
`;

const TASKS = `---
on_failure: stop
timeout_per_task: 600
---

# A first list

The tasks run in order in one folder, each by a fresh agent. Try it: cc-executor submit tasks.md --watch

## Task 1: write it

Write a file add.mjs that exports a function add(a, b).

## Task 2: test it

Write a test for add.mjs with node:test, and run it until it passes.

## Task 3: look at it

\`\`\`sh command
ls -l && cat add.mjs
\`\`\`
`;

export const addInit: AddCommand = (program) => {
  program
    .command('init')
    .summary('write a .env and a sample task file')
    .description(
      'Writes a .env, which git should ignore, and a sample task file, tasks.md. Never overwrites a file.',
    )
    .argument('[folder]', 'where', '.')
    .action(async (folder: string, _: unknown, command: Command) => {
      const files = [];
      await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        throw new CliError(EXIT.failed, `${resolve(folder)} can't be made (${String(error.code)}).`);
      });
      for (const [name, content] of [
        ['.env', ENV],
        ['tasks.md', TASKS],
      ] as const) {
        const path = resolve(folder, name);
        files.push({ path, written: await writeNew(path, content) });
      }
      const ignored = await ignoreEnv(resolve(folder));
      const counting = join(INSTALLATION_ROOT, '.env');
      if (command.optsWithGlobals<GlobalOptions>().json === true)
        return printJson({ files, settings: counting, ...(ignored !== null && { ignored }) });
      for (const { path, written } of files)
        print(written ? `wrote ${path}` : `kept ${path}, which is there already`);
      if (ignored !== null) print(`added .env to ${ignored}`);
      const counts = (await realpath(folder)) === (await realpath(INSTALLATION_ROOT));
      print(
        counts
          ? `The settings are read from ${counting}: it counts.`
          : `The settings are read from ${counting}, and not from the .env in ${resolve(folder)}: put them there.`,
      );
    });
};

async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new CliError(EXIT.failed, `${path} can't be written (${String(code)}).`);
  }
}
