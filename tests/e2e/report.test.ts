import {
  firstUserTexts,
  say,
  startScriptedModel,
  turnOf,
  useTool,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import type { Browser } from 'playwright-core';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, picture, startBrowser, WIDTHS } from './page/open-browser.ts';
import { PLANTED, replyTo } from './page/planted-failures.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const HOSTILE =
  '</pre></details><img src=x onerror=alert(1)><script>alert(1)</script> [x](javascript:alert) ![i](http://evil.example/i.png)\n# heading \u202e\u001b[31mred\u001b[0m';

let model: ScriptedModel;
let under: StackUnderTest;
let browser: Browser | undefined;
let id: string;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) =>
      replyTo(
        firstUserTexts(request).at(-1) ?? '',
        {
          write: () =>
            turnOf(request) === 0
              ? useTool('Bash', { command: 'printf "one\\ntwo\\n" > notes.txt; printf "\\0" > data.bin' })
              : say('I wrote notes.txt.\nIt has two lines.'),
          hostile: () => say(HOSTILE),
        },
        request,
      ),
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
  id = await under.submit({
    title: 'The invoices',
    on_failure: 'continue',
    tasks: [
      ...Object.values(PLANTED).map(({ task }) => task),
      { name: 'notes', prompt: 'write: the notes' },
      { name: 'edit', command: 'echo three >> notes.txt; echo edited', checks: ['echo all good'] },
      { name: 'hostile', prompt: 'hostile: text' },
      { name: 'twice', command: 'test -e again || { touch again; exit 1; }', retries: 1 },
    ],
  });
  await under.ended(id, 300);
});
afterAll(async () => {
  await browser?.close();
  await under.stop();
  await model.close();
});

const report = async (accept: string, of = id) =>
  await (await fetch(`${under.stack.apiUrl}/executions/${of}/report`, { headers: { accept } })).text();

/** The part of a Markdown page from a heading up to the next one that is not below it. */
function part(page: string, heading: string): string {
  const [, after = ''] = page.split(`\n${heading}\n`, 2);
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  return after.split(new RegExp(`^#{1,${String(level)}} `, 'm'), 1)[0] ?? '';
}

describe('the report of an execution', () => {
  it('says first how it went, what it cost, and what failed with its last lines', async () => {
    const page = await report('text/markdown');
    const [title, , outcome, , figures] = page.split('\n');
    expect(title).toBe('# The invoices');
    expect(outcome).toMatch(/^Failed after [^:]+: 4\/14 tasks completed, 9 failed, 1 timed out\.$/);
    expect(figures).toMatch(/^Cost (below )?\$\d+\.\d\d.*\. 3 files changed\. 14 tasks, \d+ attempts\.$/);
    const first = page.slice(0, page.indexOf('\n## 11. notes'));
    for (const line of [
      'no route to host db-7',
      'about to crash',
      'waiting for a lock',
      '3 of 212 tests failed',
    ])
      expect(part(first, '## What failed')).toContain(line);
    const { results } = await under.results(id);
    const told = first.replaceAll('\\', '').toLowerCase();
    const reasons = results.flatMap(({ message, status }) =>
      status === 'completed' || message === null ? [] : [message.split('\n')[0]?.slice(0, 60).toLowerCase()],
    );
    expect(reasons.length).toBeGreaterThan(5);
    for (const reason of reasons) expect(told).toContain(reason);
  });

  it('has of each task its answer, its output, its checks and its changes', async () => {
    const page = await report('text/markdown');
    const notes = part(page, '## 11. notes');
    expect(notes).toContain('I wrote notes.txt.\nIt has two lines.');
    expect(notes).toContain('- added: notes.txt');
    expect(notes).toContain('+one\n+two');
    expect(notes).toContain('Binary files /dev/null and b/data.bin differ');
    const edit = part(page, '## 12. edit');
    expect(edit).toContain('The end of stdout:\n\n```text\nedited\n```');
    expect(edit).toMatch(/The check echo all good, [\d.]+ s: passed:\n\n```text\nall good\n```/);
    expect(edit).toContain(' two\n+three');
    expect(part(page, '## 14. twice')).toMatch(/Earlier attempts:\n\n- Attempt 1: .*exit code 1/);
    expect(part(page, `## 4. checked`)).toContain('3 of 212 tests failed: api/users');
  });

  it('says verified and unverified of the evidence only, at its end', async () => {
    const page = await report('text/markdown');
    const [before, evidence = ''] = page.split('\n## Evidence\n');
    expect(before).not.toMatch(/verified/);
    expect(evidence).toContain('the evidence of 4 of 14 tasks is verified.');
  });

  it('is the same from the files alone', async () => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [MAIN, 'report', id], {
      cwd: under.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: under.folder,
        CC_EXECUTOR_DATA_DIR: join(under.folder, 'data'),
      },
    });
    expect(stdout).toBe(await report('text/markdown'));
  });

  it('of an execution that still runs says so', async () => {
    const open = await under.submit({ tasks: [{ command: 'echo now; sleep 600' }, { command: 'true' }] });
    await waitFor(async () => (await report('text/markdown', open)).includes('It is running'), {
      seconds: 60,
    });
    await under.call('POST', `/executions/${open}/cancel`);
    await under.ended(open);
    expect(await report('text/markdown', open)).toMatch(/^Cancelled/m);
  });
});

describe('its page', () => {
  beforeEach(async (context) => {
    browser ??= await startBrowser(context);
  });

  it.each([
    ['desk', WIDTHS.desk, false],
    ['phone', WIDTHS.phone, true],
  ] as const)(
    'on a %s fits, runs nothing, asks nobody, and filters and folds without scripts',
    async (name, width, dark) => {
      if (!browser) throw new Error('no browser');
      const file = join(under.folder, 'report.html');
      await writeFile(file, await report('text/html'));
      const tab = await openTab(browser, `file://${under.folder}`, { width, dark });
      const { page } = tab;
      await page.goto(`file://${file}`);
      await page.getByRole('heading', { name: 'The invoices' }).waitFor();
      await expectWell(tab);
      await picture(page, `report-${name}`);
      expect(await page.locator('#task-13').locator('..').locator('img, script, a').count()).toBe(0);
      await page.getByRole('radio', { name: 'Failed only' }).check();
      await page.locator('#task-11').waitFor({ state: 'hidden' });
      await page.locator('#task-1').waitFor();
      expect(await page.getByRole('listitem').filter({ hasText: 'notes: completed' }).isVisible()).toBe(
        false,
      );
      await page.getByRole('radio', { name: 'All' }).check();
      await page.locator('#task-11').waitFor();
      const proof = page.getByText('Verified means that a task succeeded');
      expect(await proof.isVisible()).toBe(false);
      await page.getByText('What the files prove').click();
      await proof.waitFor();
      await page.getByRole('link', { name: 'edit: completed' }).click();
      expect(new URL(page.url()).hash).toBe('#task-12');
      await page.context().close();
    },
  );
});
