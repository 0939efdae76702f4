import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { needs } from '@cc-executor/testkit';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, startCliUnderTest } from './cli-under-test.ts';

/** A clipboard, titles, cursors, both sets of control characters, conceal, directions. */
const HOSTILE =
  'a\u001B]52;c;eA==\u0007\u009D52;c;eA==\u009C\u001B]0;title\u001B\\\u001B[2J\u009B2J\u001B[8m\u0090\u202E\u2066\u200F\u2028\bz';
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
// eslint-disable-next-line no-control-regex -- they begin so
const COLOURS = /\u001B\[(?:[0-47]|2[1-479]|3[0-79]|9[0-7])?m/g;

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let id: string;
beforeAll(async () => {
  under = await startCliUnderTest();
  const { stdout } = await under.piped(
    JSON.stringify({
      tasks: [{ name: HOSTILE, command: 'exit 3' }],
      on_failure: 'continue',
    }),
    'submit',
    '-',
    '--json',
  );
  id = (JSON.parse(stdout) as { execution_id: string }).execution_id;
  await under.cli('watch', id);
});
afterAll(async () => await under.stop());

const expectHarmless = (said: string) => expect(said.replaceAll(COLOURS, '')).not.toMatch(HARMFUL);

describe('a name that would control the terminal', () => {
  it.each([
    ['list'],
    ['list', '--json'],
    ['status'],
    ['status', '--json'],
    ['results'],
    ['results', '--json'],
    ['watch'],
    ['watch', '--json'],
    ['history'],
    ['history', '--json'],
    ['verify'],
    ['verify', '--json'],
    ['report'],
    ['cancel'],
    ['pause'],
  ])('does nothing by %s %s', async (...words) => {
    const takesId = !['list', 'history'].includes(words[0] ?? '');
    const { stdout, stderr } = await under.cli(words[0] ?? '', ...(takesId ? [id] : []), ...words.slice(1));
    // A report is a document: into a pipe it comes as it is.
    expectHarmless(words[0] === 'report' ? stderr : stdout + stderr);
  });

  it.each([['check'], ['submit'], ['analyze'], ['run']])(
    'does nothing by unknown keys and words of %s',
    async (...words) => {
      const file = await under.file(
        'hostile.json',
        JSON.stringify({ [HOSTILE]: 1, tasks: [{ [HOSTILE]: 1 }] }),
      );
      const given =
        words[0] === 'run' ? ['echo', '--workspace', `../${HOSTILE.replaceAll('\u0000', '')}`] : [file];
      const { stdout, stderr } = await under.cli(...words, ...given);
      expect(stderr).not.toBe('');
      expectHarmless(stdout + stderr);
    },
  );

  it('keeps its value in JSON', async () => {
    const { stdout } = await under.cli('results', id, '--json');
    expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });
});

describe('what a command prints', () => {
  const PRINTS = `printf 'a\\033]0;title\\007\\302\\233b\\033[31mred\\033[0m\\r\\n'`;

  it('comes byte for byte into a pipe', async () => {
    const { stdout } = await under.cli('run', PRINTS);
    expect(stdout).toBe('a\u001B]0;title\u0007\u009Bb\u001B[31mred\u001B[0m\r\n');
  });

  it('comes to a terminal without what controls it', async (context) => {
    const script = needs(context, 'script');
    const line = `'${process.execPath}' '${MAIN}' --url '${under.stack.apiUrl}' run "${PRINTS.replaceAll('\\', '\\\\')}"`;
    const { PATH, HOME } = process.env;
    const child = spawn(script, ['-qec', line, '/dev/null'], { env: { PATH, HOME, TERM: 'xterm' } });
    child.stdin.end();
    const said = await text(child.stdout);
    expect(said).toContain('red');
    expectHarmless(said.replaceAll(/\r+\n/g, '\n'));
  });
});

it('a server’s answer that is not of a cc-executor can’t control the terminal either', async () => {
  const server = createServer((_, answer) => {
    const problem = {
      type: 'about:blank',
      title: HOSTILE,
      status: 400,
      code: 'INVALID_REQUEST',
      detail: HOSTILE,
    };
    answer.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  for (const words of [['list'], ['status', 'x'], ['doctor'], ['results', 'x', '--json']]) {
    const { stdout, stderr } = await under.cli(...words, '--url', url);
    expectHarmless(stdout + stderr);
  }
  server.close();
});
