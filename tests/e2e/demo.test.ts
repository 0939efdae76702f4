import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url));

let demo: ChildProcess | undefined;
afterEach(() => {
  demo?.kill('SIGKILL');
});

/** Resolves with the whole output so far when it contains the text; rejects when the program ends before. */
async function outputWith(child: ChildProcess, text: string): Promise<string> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output.includes(text) && resolve());
    child.once('exit', () => reject(new Error(`The demo ended before "${text}":\n${output}`)));
  });
  return output;
}

it('keeps the demo running until it is interrupted, and then leaves nothing', async () => {
  demo = spawn(process.execPath, [DEMO, '--keep'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(demo, 'exit');
  const output = await outputWith(demo, 'Ctrl-C ends it');
  const results = /curl (\S+\/results)/.exec(output)?.[1] ?? '';
  const folder = /The files are in (\S+)\. /.exec(output)?.[1] ?? '';
  const { status } = (await (await fetch(results)).json()) as { status: string };
  expect(status).toBe('completed');
  expect(existsSync(folder)).toBe(true);

  demo.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(folder)).toBe(false);
});
