import { Receipt, Verification } from '@cc-executor/contracts';
import { sha256 } from '@cc-executor/evidence';
import { CcExecutor, generateReport } from '@cc-executor/sdk';
import {
  say,
  startScriptedModel,
  turnOf,
  useTool,
  waitFor,
  firstUserTexts,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts');

let model: ScriptedModel;
let under: StackUnderTest;
/** An execution that succeeded, and one that did not. */
let good: string;
let bad: string;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      if (!(firstUserTexts(request).at(-1) ?? '').startsWith('Write')) return say('Nothing.');
      const command = 'echo new > made.txt; exit 3';
      return turnOf(request) === 0 ? useTool('Bash', { command }) : say('Done: <b>all</b> tests `pass`.');
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_ARCHIVE_AFTER: '1',
  });
  good = await under.submit({
    tasks: [
      { command: 'echo one; echo two >&2; echo 1 > a', name: 'first' },
      { prompt: 'Write {{tasks.1.result}}', template: true },
      { command: 'rm a; test -e again || { touch again; exit 1; }', retries: 1 },
    ],
  });
  bad = await under.submit({ tasks: [{ command: 'exit 7' }, { command: 'true' }] });
  for (const id of [good, bad]) await under.ended(id);
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

/** The archive of an execution, when it is there: until then files come and go in its folder. */
const archiveOf = async (id: string) =>
  await waitFor(() => readFile(join(folderOf(id), 'archive.gz')).catch(() => null), { seconds: 60 });
const folderOf = (id: string) => join(under.folder, 'data/executions', id);
const get = async (path: string, accept = 'application/json') => {
  const response = await fetch(under.stack.apiUrl + path, { headers: { accept } });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};
const receiptOf = async (id: string, task: number, query = '') => {
  const { text } = await get(`/executions/${id}/tasks/${String(task)}/receipt${query}`);
  return { text, receipt: Receipt.parse(JSON.parse(text)) };
};

/** The command, without a server: no address of one is known to it. */
async function cli(...args: string[]) {
  return await cliIn(under.folder, ...args);
}

async function cliIn(cwd: string, ...args: string[]) {
  const env = {
    PATH: process.env['PATH'],
    HOME: under.folder,
    CC_EXECUTOR_DATA_DIR: join(under.folder, 'data'),
  };
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args, '--url', 'http://127.0.0.1:1'],
      { env, cwd },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('a receipt', () => {
  it('shows what a command did, and how the workspace changed', async () => {
    const { receipt } = await receiptOf(good, 1);
    expect(receipt).toMatchObject({
      execution_id: good,
      execution_uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: 1,
      kind: 'command',
      name: 'first',
      sent: { text: 'echo one; echo two >&2; echo 1 > a' },
      asked: null,
      end: { outcome: 'completed', exit_code: 0 },
      previous: null,
      git: null,
    });
    expect(receipt.files.map(({ name, sha256: hash }) => [name, hash])).toEqual([
      ['stderr', sha256('two\n')],
      ['stdout', sha256('one\n')],
      ['response.json', expect.any(String)],
      ['receipt-1.md', expect.any(String)],
    ]);
    expect(receipt.workspace).toMatchObject({
      incomplete: [],
      changes: [{ path: 'a', change: 'added', bytes: 2, sha256: sha256('1\n') }],
    });
  });

  it('shows what a prompt received, which tools were used, and how each ended', async () => {
    const { receipt } = await receiptOf(good, 2);
    expect(receipt).toMatchObject({
      sent: { text: 'Write one\n', sha256: sha256('Write one\n') },
      asked: 'Write {{tasks.1.result}}',
      tool_calls: [{ name: 'Bash', what: 'echo new > made.txt; exit 3', is_error: true, exit_code: 3 }],
      result_sha256: sha256('Done: <b>all</b> tests `pass`.'),
    });
    expect(receipt.workspace?.changes).toMatchObject([{ path: 'made.txt', change: 'added' }]);
    expect(receipt.session?.id).toBe(receipt.end.session_id);
  });

  it('of each attempt names the one before it, and the last is the head in the final event', async () => {
    const chain = [
      await receiptOf(good, 1),
      await receiptOf(good, 2),
      await receiptOf(good, 3, '?attempt=1'),
      await receiptOf(good, 3, '?attempt=2'),
    ];
    expect(chain.map(({ receipt }) => receipt.previous)).toEqual([
      null,
      ...chain.slice(0, -1).map(({ text }) => sha256(text)),
    ]);
    // Known before, when another attempt's look has read it.
    expect(chain[2]?.receipt.workspace?.changes).toMatchObject([
      { path: 'a', change: 'removed', sha256_before: sha256('1\n') },
      { path: 'again', change: 'added' },
    ]);
    const last = (await under.events(good)).at(-1);
    expect(last).toMatchObject({
      type: 'execution.completed',
      data: { evidence: { receipts: 4, head: sha256(chain.at(-1)?.text ?? '') } },
    });
  });

  it('is Markdown where that is wanted, in which nothing of an agent is markup', async () => {
    const { text, type } = await get(`/executions/${good}/tasks/2/receipt`, 'text/markdown');
    expect(type).toBe('text/markdown; charset=utf-8');
    expect(text).toMatch(/^# Task 2, attempt 1: Write/);
    expect(await readFile(join(folderOf(good), 'task-2/attempt-1/receipt-1.md'), 'utf8')).toBe(text);
  });

  it('that is missing, or was removed, is reported', async () => {
    const missing = await get(`/executions/${bad}/tasks/2/receipt`);
    expect([missing.status, JSON.parse(missing.text)]).toMatchObject([404, { code: 'RECEIPT_NOT_FOUND' }]);
    const path = join(folderOf(bad), 'task-1/attempt-1/receipt-1.json');
    const receipt = await readFile(path);
    for (const content of ['no receipt', '{}']) {
      await writeFile(path, content);
      const changed = await get(`/executions/${bad}/tasks/1/receipt`, 'text/markdown');
      expect([changed.status, JSON.parse(changed.text)]).toMatchObject([404, { code: 'RECEIPT_NOT_FOUND' }]);
    }
    await writeFile(path, receipt);
  });
});

it('a response file has what a task gave, and the UUID of the execution as its last key', async () => {
  const text = await readFile(join(folderOf(good), 'task-1/attempt-1/response.json'), 'utf8');
  const response = JSON.parse(text) as Record<string, unknown>;
  expect(response).toMatchObject({ output: 'one\n', error: 'two\n', return_code: 0, success: true });
  const { receipt } = await receiptOf(good, 1);
  expect(Object.entries(response).at(-1)).toEqual(['execution_uuid', receipt.execution_uuid]);
});

describe('a verification', () => {
  // Proves: verified-means-intact
  it('of a success that is as it was signed is valid: by the API, by the SDK, and offline', async () => {
    const answer = await get(`/executions/${good}/verification`);
    const verification = Verification.parse(JSON.parse(answer.text));
    expect(verification).toMatchObject({ execution_id: good, verdict: 'verified', reasons: [] });
    expect(verification.tasks.map(({ verdict, attempts }) => [verdict, attempts])).toEqual([
      ['verified', 1],
      ['verified', 1],
      ['verified', 2],
    ]);
    const client = new CcExecutor({ url: under.stack.apiUrl });
    expect(await client.attach(good).verification()).toEqual(verification);
    const { fingerprint, key } = await client.evidenceKey();
    expect(verification.signed_by).toBe(fingerprint);
    expect(await cli('verify', good)).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
    expect((await cli('verify', folderOf(good), '--key', key)).code).toBe(0);
    expect((await cli('key')).stdout).toContain(key);
  });

  it('of a failed task is never a yes, and has the reason', async () => {
    const { text } = await get(`/executions/${bad}/verification`);
    expect(JSON.parse(text)).toMatchObject({
      verdict: 'unverified',
      reasons: ['it is failed'],
      tasks: [
        { reasons: expect.arrayContaining(['it is failed', 'its exit code is 7']) },
        { reasons: expect.arrayContaining(['it is skipped']) },
      ],
    });
    expect(await cli('verify', bad)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('exit code is 7'),
    });
    expect((await cli('verify', '--last', '2')).code).toBe(1);
  });

  it('of what has not ended is no yes', async () => {
    const id = await under.submit({ tasks: [{ command: 'sleep 600' }, { command: 'true' }] });
    await expect.poll(async () => (await under.status(id)).current_task).not.toBeNull();
    const { text } = await get(`/executions/${id}/verification`);
    expect(JSON.parse(text)).toMatchObject({ verdict: 'unverified', tasks: [] });
    await under.call('POST', `/executions/${id}/cancel`);
    expect((await under.ended(id)).status).toBe('cancelled');
    expect(JSON.parse((await get(`/executions/${id}/verification`)).text)).toMatchObject({
      verdict: 'unverified',
      status: 'cancelled',
      reasons: ['it is cancelled'],
      tasks: [{ status: 'cancelled' }, { status: 'cancelled' }],
    });
    await archiveOf(id);
    expect(JSON.parse((await cli('verify', id, '--json')).stdout)).toMatchObject({
      verifications: [{ reasons: ['it is cancelled'] }],
    });
  });

  it('of a copy whose signer is not known is no yes, not even with that key beside it', async () => {
    await archiveOf(good);
    const elsewhere = await mkdtemp(join(under.folder, 'elsewhere-'));
    await cp(join(under.folder, 'data/keys'), join(elsewhere, 'keys'), { recursive: true });
    await cp(folderOf(good), join(elsewhere, 'executions', good), { recursive: true });
    await rm(join(elsewhere, 'keys/signing.pem'));
    const env = { CC_EXECUTOR_DATA_DIR: join(under.folder, 'other') };
    await mkdir(env.CC_EXECUTOR_DATA_DIR, { recursive: true });
    const path = join(elsewhere, 'executions', good);
    const other = await new Promise<number>((resolve) => {
      const more = { PATH: process.env['PATH'], HOME: under.folder, ...env };
      execFile(process.execPath, [MAIN, 'verify', path], { env: more }, (error) =>
        resolve(error ? Number(error.code) : 0),
      );
    });
    expect(other).toBe(1);
    expect((await cli('verify', path)).code).toBe(0);
  });

  it('of an id is of that execution, whatever lies about by that name', async () => {
    await archiveOf(good);
    const here = await mkdtemp(join(under.folder, 'here-'));
    await cp(folderOf(good), join(here, bad), { recursive: true });
    expect(await cliIn(here, 'verify', bad)).toMatchObject({ code: 1, stdout: expect.stringContaining(bad) });
    await cp(folderOf(good), join(here, 'a-copy'), { recursive: true });
    expect((await cliIn(here, 'verify', 'a-copy')).code).toBe(0);
  });

  it('of the newest reports each, and leaves out what is no execution', async () => {
    const root = join(under.folder, 'data/executions');
    await writeFile(join(root, '.DS_Store'), 'x');
    await mkdir(join(root, 'just-begun'));
    const found = JSON.parse((await cli('verify', '--last', '50', '--json')).stdout) as {
      verifications: Verification[];
    };
    await rm(join(root, 'just-begun'), { recursive: true, maxRetries: 10 });
    await rm(join(root, '.DS_Store'));
    const told = Object.fromEntries(found.verifications.map((one) => [one.execution_id, one.verdict]));
    expect(told).toMatchObject({ [good]: 'verified', [bad]: 'unverified', 'just-begun': 'unverified' });
    expect(Object.keys(told)).not.toContain('.DS_Store');
  });

  it('of a folder that is not ours changes nothing, and is reported', async () => {
    const strange = await mkdtemp(join(under.folder, 'strange-'));
    await writeFile(join(strange, 'notes.txt'), 'x');
    const found = await cli('verify', strange);
    expect(found).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not a folder of an execution'),
    });
    expect((await cli('verify', 'no-such-execution')).code).toBe(2);
    expect((await cli('verify', good, '--key', 'nonsense')).code).toBe(2);
    expect((await cli('verify')).code).toBe(2);
  });
});

describe('a report', () => {
  it('says what was asked, what happened and what is proven, with the text of agents as text', async () => {
    const client = new CcExecutor({ url: under.stack.apiUrl });
    const markdown = await generateReport(good, { client });
    expect(markdown).toContain('the evidence of 3 of 3 tasks is verified');
    expect(markdown).toContain('```text\nDone: <b>all</b> tests `pass`.\n```');
    const html = await generateReport(good, { client, format: 'html' });
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<(script|img|b)[ >]|<a (?!href="#task-\d+">)/);
    expect((await cli('report', good)).stdout).toBe(markdown);
    expect((await cli('report', bad, '--format', 'html')).stdout).toContain('exit code 7');
  });
});

describe('an archive', () => {
  /** The verdict of the API, of the command for the id, and of the command for a copy elsewhere. */
  const verdicts = async () => {
    const copy = join(await mkdtemp(join(under.folder, 'copy-')), good);
    await cp(folderOf(good), copy, { recursive: true });
    const { key } = await new CcExecutor({ url: under.stack.apiUrl }).evidenceKey();
    const codes = [await cli('verify', good), await cli('verify', copy, '--key', key)].map(
      ({ code }) => code,
    );
    const { text } = await get(`/executions/${good}/verification`);
    return [Verification.parse(JSON.parse(text)).verdict, ...codes];
  };

  it.each([
    ['of which a byte was changed that no reader looks at', (file: Buffer) => file.fill(1, 4, 5)],
    ['with text after its end', (file: Buffer) => Buffer.concat([file, Buffer.from('and so on')])],
    ['with a further event', (file: Buffer) => Buffer.concat([file, gzipSync('99 task.output {}\n')])],
    ['that is cut', (file: Buffer) => file.subarray(0, -1)],
    ['that is missing', () => null],
  ])('%s is verified nowhere', async (_, change) => {
    const path = join(folderOf(good), 'archive.gz');
    const saved = await archiveOf(good);
    expect(await verdicts()).toEqual(['verified', 0, 0]);
    const changed = change(Buffer.from(saved));
    if (changed) await writeFile(path, changed);
    else await rm(path);
    expect(await verdicts()).toEqual(['unverified', 1, 1]);
    await writeFile(path, saved);
  });

  it('that is missing with its signature is verified nowhere', async () => {
    await archiveOf(good);
    const names = ['archive.gz', 'archive.json'].map((name) => join(folderOf(good), name));
    const saved = await Promise.all(names.map(async (name) => await readFile(name)));
    for (const name of names) await rm(name);
    expect(await verdicts()).toEqual(['unverified', 1, 1]);
    for (const [index, name] of names.entries()) await writeFile(name, saved[index] ?? '');
    expect(await verdicts()).toEqual(['verified', 0, 0]);
  });
});

it('a report shows nothing of what was changed, and neither does a receipt', async () => {
  await archiveOf(good);
  const path = join(folderOf(good), 'task-1/attempt-1/receipt-1.json');
  const receipt = await readFile(path, 'utf8');
  const forged = receipt.replaceAll('echo one', 'echo forged');
  await writeFile(path, forged);
  await writeFile(path.replace('receipt-1', 'receipt-2'), forged);
  for (const page of [(await cli('report', good)).stdout, (await get(`/executions/${good}/report`)).text])
    expect(page).toMatch(/^The execution is unverified:(?![^]*forged)/m);
  expect((await get(`/executions/${good}/tasks/1/receipt`)).text).not.toContain('forged');
  await rm(path.replace('receipt-1', 'receipt-2'));
  await writeFile(path, receipt);
  expect((await cli('verify', good)).code).toBe(0);
});

it('a key that is given as text is that key, whatever file has its name', async () => {
  await archiveOf(good);
  const { key, pem } = await new CcExecutor({ url: under.stack.apiUrl }).evidenceKey();
  const foreign = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
  const text = foreign.toString('base64');
  const here = await mkdtemp(join(under.folder, 'keys-'));
  await mkdir(dirname(join(here, text)), { recursive: true });
  await writeFile(join(here, text), key);
  await writeFile(join(here, 'key.pem'), pem);
  expect((await cliIn(here, 'verify', good, '--key', text)).code).toBe(1);
  expect((await cliIn(here, 'verify', good, '--key', `./${text}`)).code).toBe(0);
  expect((await cliIn(here, 'verify', good, '--key', 'key.pem')).code).toBe(0);
  expect((await cliIn(here, 'verify', good, '--key', key)).code).toBe(0);
});

it('what is archived is verified as before, and another log in its place is not', async () => {
  const archive = join(folderOf(good), 'archive.gz');
  const saved = await waitFor(() => readFile(archive).catch(() => null));
  expect((await cli('verify', good)).code).toBe(0);
  expect(JSON.parse((await get(`/executions/${good}/verification`)).text)).toMatchObject({
    verdict: 'verified',
  });
  expect((await get(`/executions/${good}/tasks/1/receipt`)).status).toBe(200);
  const other = await archiveOf(bad);
  await writeFile(archive, other);
  expect((await cli('verify', good)).code).toBe(1);
  await writeFile(archive, saved.subarray(0, -4));
  expect((await cli('verify', good)).code).toBe(1);
});
