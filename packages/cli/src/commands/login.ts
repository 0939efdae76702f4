import { INSTALLATION_ROOT } from '@cc-executor/local-stack/project-root';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { print } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

export const addLogin: AddCommand = (program, { env }) => {
  program
    .command('login')
    .summary('log Claude Code in, for prompts')
    .description(
      'Runs the login of the Claude Code that runs the tasks, on this terminal. Its own files keep the login, and the server finds it there. With --token, and on macOS, it prints a token instead, which several agents can use at the same time; nothing of it is kept here.',
    )
    .option(
      '--token',
      'print a token of your subscription, which is valid for a year',
      process.platform === 'darwin',
    )
    .action(async (_: unknown, command: Command) => {
      const { token } = command.opts<{ token: boolean }>();
      if (!process.stdin.isTTY)
        throw new CliError(
          EXIT.usage,
          'A login is interactive, so it needs a terminal; elsewhere set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN.',
        );
      const { logIn } = await import('@cc-executor/local-stack');
      if (!(await logIn(env, { asToken: token })))
        throw new CliError(EXIT.failed, 'Nothing was changed: the login did not come to its end.');
      if (token)
        print(
          `Put the token into ${join(INSTALLATION_ROOT, '.env')}, as CLAUDE_CODE_OAUTH_TOKEN=…, and start the server again.`,
        );
      else
        print(
          'Logged in. The server finds it by itself, and lists that waited for it continue; "cc-executor doctor" checks it.',
        );
    });
};
