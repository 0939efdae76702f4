import type { Manifest, Receipt } from '@cc-executor/contracts';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeySigner, LAYOUT, makeReport, sha256, toDocument, toManifestDocument } from '../../src/index.ts';
import { SAMPLE_END } from '../sample-receipt.ts';

const AT = '2026-11-01T00:00:00.000Z';
const signer = new KeySigner(generateKeyPairSync('ed25519').privateKey);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-report-'));
});
afterEach(async () => await rm(folder, { recursive: true, maxRetries: 10 }));

/** An attempt, with the number of the folder that keeps it; what is absent is as in a command that succeeded. */
interface Kept {
  receipt?: Partial<Receipt>;
  end?: Partial<Receipt['end']>;
  files?: Record<string, string>;
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Keeps an attempt, and returns the hash of its receipt. */
async function keep(at: string, { receipt, end, files = {} }: Kept): Promise<string> {
  for (const [name, text] of Object.entries(files)) await put(`${at}/${name}`, text);
  const document = toDocument({
    schema: 1,
    execution_id: 'one',
    execution_uuid: 'uuid-one',
    number: 1,
    task: 1,
    attempt: 1,
    kind: 'command',
    name: 'build',
    sent: { text: 'make', sha256: sha256('make'), system_prompt: null },
    asked: null,
    agent: 'command',
    session: null,
    started_at: AT,
    ended_at: AT,
    end: { ...SAMPLE_END, ...end },
    result_sha256: null,
    tool_calls: [],
    tool_calls_beyond: 0,
    files: Object.entries(files).map(([name, text]) => ({
      name,
      bytes: Buffer.byteLength(text),
      sha256: sha256(text),
    })),
    workspace: null,
    git: null,
    previous: null,
    ...receipt,
  } satisfies Receipt);
  await put(`${at}/receipt-1.json`, document.text);
  return document.sha256;
}

/** Signs that the tasks ended so. */
async function seal(
  tasks: readonly Partial<Manifest['tasks'][number]>[],
  head: string | null,
  more: Partial<Manifest> = {},
) {
  const manifest = toManifestDocument({
    schema: 1,
    execution_id: 'one',
    execution_uuid: 'uuid-one',
    status: 'completed',
    created_at: AT,
    started_at: AT,
    ended_at: AT,
    tasks: tasks.map((task, index) => ({
      task: index + 1,
      kind: 'command',
      name: 'build',
      text_sha256: sha256('make'),
      status: 'completed',
      receipts: [],
      ...task,
    })),
    head,
    ...more,
  });
  await put(LAYOUT.manifest, manifest.text);
  const signed = await signer.sign(manifest);
  await put(LAYOUT.signature, toDocument({ schema: 1, manifest: manifest.sha256, ...signed }).text);
}

const report = async () => (await makeReport(folder, 'markdown', { trusted: [signer.publicKey] })) ?? '';

it('shows no earlier attempt as the outcome of a task whose last receipt is missing', async () => {
  const first = await keep('task-1/attempt-1', {
    end: { outcome: 'nonzero_exit', message: 'The command ended with exit code 1.', stdout_bytes: 6 },
    files: { stdout: 'wrong\n' },
  });
  const second = await keep('task-1/attempt-2', {
    receipt: { attempt: 2, number: 2, previous: first },
    files: { stdout: 'right\n' },
    end: { stdout_bytes: 6 },
  });
  await seal([{ receipts: [first, second] }], second);
  expect(await report()).toContain('right');
  await rm(join(folder, 'task-1/attempt-2'), { recursive: true });
  const page = await report();
  expect(page).toContain('What happened is not known: its receipt is not what was signed.');
  expect(page).toContain('Earlier attempts:\n\n- Attempt 1: The command ended with exit code 1.');
  expect(page).not.toContain('wrong');
  expect(page.match(/exit code 1/g)).toHaveLength(1);
});

it('shows the whole of an answer, however long its lines are', async () => {
  const answer = `${'word '.repeat(300)}end of the line\nlast`;
  const receipt = await keep('task-1/attempt-1', {
    receipt: { kind: 'prompt', agent: 'claude' },
    files: { result: answer },
  });
  await seal([{ kind: 'prompt', receipts: [receipt] }], receipt);
  const page = await report();
  expect(page).toContain(answer);
  expect(page).toContain('The answer:');
});

it('of an execution without a manifest says that it may not have ended, and raises no alarm', async () => {
  await keep('task-1/attempt-1', {});
  const page = await report();
  expect(page).toContain('It has not ended, or nothing was signed of it.');
  expect(page).not.toContain('not what was signed');
  await put(LAYOUT.manifest, '{}');
  expect(await report()).toContain('its evidence is not what was signed');
});

it('counts nothing that another execution did, and says that it was carried over', async () => {
  const workspace = {
    files_before: 0,
    files_after: 1,
    added: 1,
    changed: 0,
    removed: 0,
    changes: [
      {
        change: 'added' as const,
        kind: 'file' as const,
        path: 'a',
        bytes: 1,
        sha256: sha256('a'),
        sha256_before: null,
      },
    ],
    left_out: 0,
    incomplete: [],
  };
  const before = { execution_id: 'zero', execution_uuid: 'uuid-zero', attempt: 2 };
  const carried = await keep('task-1/attempt-0', {
    receipt: { ...before, kind: 'prompt', agent: 'claude', workspace },
    end: { cost_usd: 5, execution_time: 100 },
  });
  const own = await keep('task-2/attempt-1', {
    receipt: { task: 2, kind: 'prompt', agent: 'claude' },
    end: { cost_usd: 1 },
  });
  await seal(
    [
      { kind: 'prompt', carried_from: { ...before, receipt: carried } },
      { kind: 'prompt', receipts: [own] },
    ],
    own,
  );
  const page = await report();
  expect(page).toContain(
    'Cost $1.00. 0 files changed, as far as is known. 2 tasks, 1 attempt, 1 task carried over.',
  );
  expect(page).toContain('1. build: completed, carried over from zero');
  expect(page).toContain('- added: a');
  expect(page).not.toContain('$5');
});

it('says which variant was taken, counts no other one as failed, and has no file of it as changed', async () => {
  const files = (...paths: string[]): Receipt['workspace'] => ({
    files_before: 0,
    files_after: paths.length,
    added: paths.length,
    changed: 0,
    removed: 0,
    left_out: 0,
    changes: paths.map((path) => ({
      path,
      kind: 'file',
      change: 'added',
      bytes: 1,
      sha256: null,
      sha256_before: null,
    })),
    incomplete: [],
  });
  const prompt = { kind: 'prompt', agent: 'claude' } as const;
  const first = await keep('task-1/attempt-1', {
    receipt: { ...prompt, name: 'write (1 of 2)', workspace: files('a', 'b', 'c') },
    end: { outcome: 'check_failed', message: 'A check failed.' },
  });
  const second = await keep('task-2/attempt-1', {
    receipt: {
      ...prompt,
      task: 2,
      number: 2,
      name: 'write (2 of 2)',
      previous: first,
      workspace: files('a'),
    },
  });
  const third = await keep('task-3/attempt-1', {
    receipt: { task: 3, number: 3, previous: second, workspace: files('junk') },
    end: { picked: { task: 2, variant: 2, of: 2, name: 'write', why: null } },
  });
  await seal(
    [
      { kind: 'prompt', name: 'write (1 of 2)', status: 'failed', receipts: [first] },
      { kind: 'prompt', name: 'write (2 of 2)', receipts: [second] },
      { receipts: [third] },
      { status: 'skipped', not_run: 'It was not needed: it is for a failure.' },
    ],
    third,
  );
  const page = await report();
  expect(page).toContain('2/4 tasks completed, 1 not run, 1 variant not taken.');
  expect(page).toContain(
    '1 file changed. What variants changed that were not taken (4 files) is not among them.',
  );
  expect(page).toContain('Variant 2 of write was taken, by "make".');
  expect(page).toContain('failed, not taken');
  expect(page).toContain('completed, taken');
  expect(page).not.toContain('What failed');
  expect(page).toContain('Skipped. It was not needed: it is for a failure.');
});

it('says where the work is, how to get it, and what warnings there were, also after the receipts', async () => {
  const warning = { code: 'not_committed', message: 'big.bin is too large.' } as const;
  const receipt = await keep('task-1/attempt-1', { end: { warnings: [warning] } });
  const branch = { name: 'cc-executor/one', commit: null, is_delivered: false, sentence: 'It clashed.' };
  await seal([{ receipts: [receipt], warnings: [warning.message, 'It clashed.'] }], receipt, { branch });
  const page = await report();
  expect(page).toContain('Completed with warnings');
  expect(page).toContain('Its branch is cc-executor/one. It clashed.');
  expect(page).toContain('"cc-executor apply one" brings it into a folder');
  expect(page).toMatch(/## Warnings\n\n- .*big\.bin is too large\..*\n- .*It clashed\./);
  const delivered = {
    name: 'cc-executor/one',
    commit: 'a'.repeat(40),
    is_delivered: true,
    sentence: 'It is in /app.',
  };
  await seal([{ receipts: [receipt] }], receipt, { branch: delivered });
  expect(await report()).toContain('It is in /app. Its commit at the end of the list was aaaaaaaaaaaa.');
  const options = { trusted: [signer.publicKey], delivered: { commit: 'b'.repeat(40) } };
  expect(await makeReport(folder, 'markdown', options)).toContain(
    'A restore has moved it since: it is at bbbbbbbbbbbb',
  );
});
