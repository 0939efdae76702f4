import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTurn } from '../../src/acp/call/turn.ts';
import type { ProcessReport } from '../../src/turns/spec.ts';

// A program that a task names may be anything, and write anything.

const AGENT = join(import.meta.dirname, '../fixtures/foreign-acp.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-acp-odd-'));
  await writeFile(join(folder, 'not executable'), 'x');
  await mkdir(join(folder, 'a folder'));
  await symlink('a link to itself', join(folder, 'a link to itself'));
  await symlink('/no/where', join(folder, 'a broken link'));
  await writeFile(join(folder, 'a file'), '');
  await writeFile(join(folder, 'no program'), '#!/no/such/interpreter\n');
  await chmod(join(folder, 'no program'), 0o755);
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

async function turnOf(program: string, args: readonly string[] = []) {
  const news: ProcessReport[] = [];
  const end = await runTurn(
    {
      program,
      args,
      env: {},
      cwd: folder,
      extraDirs: [],
      leave: 'work',
      files: false,
      model: null,
      servers: {},
      instructions: null,
      startMs: 120_000,
      isProbe: false,
      isResumed: false,
      prompt: 'Do it.',
      conversationFile: join(folder, 'conversation'),
      json: null,
      failsOnDenial: false,
    },
    {
      env: { PATH: process.env['PATH'] ?? '' },
      onNews: (one) => void news.push(one),
      onText: () => undefined,
      onMessage: () => undefined,
      onLife: () => undefined,
      drained: () => undefined,
    },
  );
  const kinds = news.flatMap(({ event }) => (event?.type === 'agent.message' ? [event.data.kind] : []));
  return { end, kinds };
}

const says = (text: string) => expect.stringContaining(text) as string;

describe('a program that cannot be started', () => {
  it.each([
    ['not executable', 'may not be executed'],
    ['a folder', 'it is a folder'],
    ['a link to itself', 'leads back to itself'],
    ['a broken link', 'there is no such file'],
    ['a file/in it', 'no folder'],
    ['no program', 'no interpreter'],
    ['x'.repeat(5000), 'too long'],
    ['a\0b', 'NUL character'],
  ])('is reported with the reason (%#)', async (name, message) => {
    const { end } = await turnOf(join(folder, name));
    expect(end).toMatchObject({ outcome: 'spawn_failed', message: says(message) });
  });

  it('is reported if its arguments are too long', async () => {
    const { end } = await turnOf('/bin/sh', ['x'.repeat(256 * 1024)]);
    expect(end).toMatchObject({ outcome: 'spawn_failed', message: says('too long') });
  });
});

describe('an agent of the protocol', () => {
  it.concurrent.each([
    ['closes its output at once', 'agent_crashed', 'did not answer its first request: it closed its output'],
    ['refuses its first request', 'agent_error', 'no such version. Does it speak the Agent Client Protocol'],
    ['has a version of an odd type', 'agent_error', 'speaks version {"odd":true}'],
    ['reports an error that is a text', 'agent_error', 'odd reported: boom'],
    ['reports an error of an odd type', 'agent_error', '{"odd":true}'],
    ['stops for a reason of an odd type', 'agent_error', 'does not have: {"toString"'],
    ['ends in the middle of its answer', 'agent_crashed', 'it ended with exit code 0'],
    ['closes its output in the middle of its work', 'agent_crashed', 'closed its output and did not end'],
    ['writes a message without end', 'answer_too_large', 'Ask for less'],
  ])('that %s ends its attempt: %s', { timeout: 120_000 }, async (what, outcome, message) => {
    const { end } = await turnOf(process.execPath, [AGENT, what]);
    expect(end).toMatchObject({ outcome, message: says(message) });
  });

  it.concurrent.each([
    ['writes JSON that is no message', 6],
    ['answers requests that were never made', 0],
    ['has an error of null beside its answer', 0],
    ['writes fields of odd types', 0],
    ['has no line break after its answer, and ends', 0],
    ['writes many lines that are no messages', 999],
  ])('that %s has its answer all the same', { timeout: 120_000 }, async (what, garbage) => {
    const { end, kinds } = await turnOf(process.execPath, [AGENT, what]);
    expect(end).toMatchObject({ outcome: 'completed', result: 'Done.' });
    expect(kinds.filter((kind) => kind === 'garbage')).toHaveLength(garbage);
  });
});
