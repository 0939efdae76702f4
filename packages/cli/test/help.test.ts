import type { Command } from 'commander';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { EXAMPLES } from '../src/examples.ts';
import { buildProgram } from '../src/program.ts';
import { startCli } from './cli-under-test.ts';

const program = () => buildProgram({ env: {}, sources: [], onOutputClosed: () => {} }, () => {});

function commandsOf(command: Command, words: readonly string[] = []): string[] {
  return [
    words.join(' '),
    ...command.commands.flatMap((below) => commandsOf(below, [...words, below.name()])),
  ];
}

it('every command has examples, and each example is of a command', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(commandsOf(program()).toSorted());
});

it('the guide has every command in its table', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/command-line.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => row.split(' | ', 1)[0]?.split(/\W+/) ?? []);
  expect(named).toEqual(expect.arrayContaining(program().commands.map((command) => command.name())));
});

const lines = Object.entries(EXAMPLES).flatMap(([path, list]) => list.map((line) => [path, line] as const));

it.each(lines)('the example of "%s" is understood: %s', async (_, line) => {
  // The command alone, each of its words on a line, as a shell makes them.
  const own = /cc-executor[^|&]*/.exec(line.replace(/^.*[<$]\(|\)"?$/g, ''))?.[0] ?? '';
  const script = `set -- ${own.slice('cc-executor'.length)}; printf '%s\\n' "$@"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script]);
  const words = stdout.split('\n').slice(0, -1);
  const parsed = program();
  const reached: string[] = [];
  const stub = (command: Command) => {
    if (Reflect.get(command, '_actionHandler') !== null)
      command.action(() => void reached.push(command.name()));
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
    for (const below of command.commands) stub(below);
  };
  stub(parsed);
  await parsed.parseAsync(words, { from: 'user' });
  expect(reached).toHaveLength(1);
});

it('help of a command shows the options of all commands, and its examples', async () => {
  const { code, stdout } = await startCli(['history', 'list', '--help']).ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/Global Options:\n {2}--url <url>/);
  expect(stdout).toContain('Examples:\n  cc-executor history list --status failed --from 2h\n');
});

it.each(['-V', '--version'])('%s prints the version', async (flag) => {
  expect(await startCli([flag]).ended).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

it('a misspelt option and a misspelt setting get a suggestion', async () => {
  expect((await startCli(['submit', 'x', '--wacth']).ended).stderr).toContain(
    'has no option --wacth. Did you mean --watch?',
  );
  const wrong = await startCli(['list'], { CC_EXECUTOR_API_PROT: '1' }).ended;
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain(
    'CC_EXECUTOR_API_PROT: is not a setting of this version; did you mean CC_EXECUTOR_API_PORT?',
  );
  const ignored = { CC_EXECUTOR_API_PROT: '1', CC_EXECUTOR_IGNORED_NAMES: 'CC_EXECUTOR_API_PROT' };
  expect((await startCli(['list', '--url', 'http://127.0.0.1:1'], ignored).ended).code).toBe(3);
  const inTask = { CC_EXECUTOR_RESULT_3: '/x', CC_EXECUTOR_WORKSPACE: '/x', CC_EXECUTOR_KEEP_DAYS: '3' };
  expect((await startCli(['list', '--url', 'http://127.0.0.1:1'], inTask).ended).code).toBe(3);
});
