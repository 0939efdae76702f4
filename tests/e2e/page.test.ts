import { firstUserTexts, waitFor } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, picture, WIDTHS } from './page/open-browser.ts';
import { PLANTED, replyTo } from './page/planted-failures.ts';
import { pageUnderTest } from './page/start-page.ts';
import { startStackUnderTest } from './stack-under-test.ts';

const own = pageUnderTest((request) => replyTo(firstUserTexts(request).at(-1) ?? '', {}, request));
const { open } = own;

describe('the page', () => {
  it('of a new installation teaches by a list to try, and follows it live', async () => {
    const tab = await open('');
    await tab.page.getByText('Nothing has run yet').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'first-visit');
    await tab.page.getByRole('button', { name: 'Run this list' }).click();
    await tab.page.locator('.tasks .failed').getByText('nonzero exit').waitFor();
    await tab.page.getByText('It failed:').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'list');
    await tab.page.goto('/');
    await tab.page.locator('.failure .lines').getByText('this file is missing').waitFor();
    await expectWell(tab);
  });

  // Proves: page-is-the-log
  it('shows the reason of each of ten failures, and what proves it, without a click', async () => {
    const id = await own.under.submit({
      execution_id: 'planted',
      title: 'Ten planted failures',
      on_failure: 'continue',
      tasks: Object.values(PLANTED).map(({ task }) => task),
    });
    await own.under.ended(id, 300);
    const { results } = await own.under.results(id);
    expect(results.map(({ outcome }) => outcome)).toEqual(Object.keys(PLANTED));
    for (const [name, width, dark] of [
      ['desk', WIDTHS.desk, false],
      ['desk-dark', WIDTHS.desk, true],
      ['phone', WIDTHS.phone, false],
      ['phone-dark', WIDTHS.phone, true],
    ] as const) {
      const tab = await open('', { width, dark });
      for (const { outcome, message } of results) {
        const card = tab.page.locator(`.failure[data-outcome="${String(outcome)}"]`).first();
        await card.waitFor();
        expect(await card.innerText()).toContain(message ?? '');
      }
      const text = await tab.page.locator('main').innerText();
      for (const line of [
        'no route to host db-7',
        'about to crash',
        'waiting for a lock',
        '3 of 212 tests failed: api/users',
      ])
        expect(text).toContain(line);
      await expectWell(tab);
      await picture(tab.page, `morning-${name}`);
      await tab.page.context().close();
    }
    // Its own page leads to each of them from the top.
    const list = await open(`#/executions/${id}`);
    await list.page.getByText('10 failed:').waitFor();
    await list.page.getByRole('link', { name: '3. stall' }).click();
    await list.page.getByText('waiting for a lock').first().waitFor();
  });

  it('restores a workspace after it has shown how, undoes that, and runs a list again from a task', async () => {
    const id = await own.under.submit({
      execution_id: 'way-back',
      tasks: [
        { command: 'echo first > notes.txt', name: 'begin' },
        { command: 'echo second >> notes.txt; echo more > more.txt', name: 'continue' },
      ],
    });
    await own.under.ended(id);
    const notes = async () => await readFile(join(own.under.workspace(id), 'notes.txt'), 'utf8');
    const tab = await open(`#/executions/${id}/tasks/2`);
    await tab.page.getByRole('button', { name: 'Restore before task 2' }).click();
    const dialog = tab.page.getByRole('dialog', { name: 'Restore before task 2' });
    await dialog.getByText('2 changes bring the workspace back').waitFor();
    await dialog.getByText('more.txt').waitFor();
    expect(await notes()).toBe('first\nsecond\n');
    await expectWell(tab);
    await picture(tab.page, 'restore');
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await tab.page.getByText('The workspace is as it was before task 2.').waitFor();
    expect(await notes()).toBe('first\n');
    await tab.page.getByRole('button', { name: 'Undo' }).click();
    await tab.page.getByText('The restore is undone.').waitFor();
    expect(await notes()).toBe('first\nsecond\n');
    const [archive] = await Promise.all([
      tab.page.waitForEvent('download'),
      tab.page.getByRole('link', { name: 'Download the workspace after it' }).click(),
    ]);
    expect(archive.suggestedFilename()).toBe('way-back-after-2.tar.gz');
    await archive.path();
    const list = await open(`#/executions/${id}`);
    const [report] = await Promise.all([
      list.page.waitForEvent('download'),
      list.page.getByRole('button', { name: 'The report of this list as a file' }).click(),
    ]);
    expect(report.suggestedFilename()).toBe(`${id}.html`);
    expect(await readFile(await report.path(), 'utf8')).toMatch(/^<!doctype html>/i);
    await tab.page.getByRole('button', { name: 'Run again from here' }).click();
    await tab.page.getByRole('button', { name: 'Run task 2' }).click();
    await tab.page.getByText('its result is carried over').waitFor();
    await tab.page.getByText('Every task succeeded.').waitFor();
    await expectWell(tab);
  });

  it('pauses, resumes and cancels, each with its result', async () => {
    const id = await own.under.submit({
      execution_id: 'controlled',
      tasks: [{ command: 'until [ -e stop ]; do sleep 0.1; done', name: 'wait' }],
    });
    const tab = await open(`#/executions/${id}`);
    await tab.page.getByRole('button', { name: 'Pause' }).click();
    await tab.page.getByRole('button', { name: 'Resume' }).waitFor();
    await tab.page.locator('.notice').getByText('A person has paused it.').waitFor();
    const report = await open('');
    await report.page.locator('.need').getByText('It was paused by a person.').waitFor();
    await expectWell(report);
    await report.page.locator('.need').getByRole('button', { name: 'Resume' }).click();
    await waitFor(async () => (await tab.page.locator('.notice').count()) === 0);
    await tab.page.getByRole('button', { name: 'Cancel' }).click();
    await tab.page.getByRole('button', { name: 'Keep it running' }).click();
    await tab.page.getByRole('button', { name: 'Cancel' }).click();
    await expectWell(tab);
    await tab.page.getByRole('button', { name: 'Cancel the list' }).click();
    await tab.page.locator('.head').getByText('cancelled').waitFor();
    expect((await own.under.ended(id)).status).toBe('cancelled');
  });

  // Proves: page-is-the-log
  it('follows a list through the end of the API, and ends with exactly the log', async () => {
    const id = await own.under.submit({
      execution_id: 'followed',
      tasks: [
        { command: 'until [ -e stop ]; do sleep 0.1; done; echo ended', name: 'wait' },
        { command: 'echo second', name: 'second' },
      ],
    });
    const tab = await open(`#/executions/${id}`);
    await tab.page.getByText('A worker began it.').waitFor();
    process.kill(own.under.stack.pids()['api'] ?? 0, 'SIGKILL');
    await own.under.put(id, 'stop');
    await tab.page.getByText('Every task succeeded.').waitFor();
    await tab.page.locator('.tasks .badge').getByText('done').nth(1).waitFor();
    expect(await tab.page.locator('.moments li').count()).toBe(
      (await own.under.events(id)).filter(({ type }) => type.startsWith('execution.')).length,
    );
  });

  it('writes, checks and submits a list', async () => {
    const tab = await open('#/new');
    await tab.page.getByLabel('Tasks').fill('[{"command": 1}, {"prompt": "x", "retrys": 2}]');
    await tab.page.locator('#faults li').first().waitFor();
    expect(await tab.page.locator('#faults').innerText()).toContain('tasks[0].command');
    await tab.page.getByLabel('Tasks').fill('# a comment\n$ echo one\n$ echo two');
    await tab.page.getByText('Expected:').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'new-list');
    await tab.page.getByLabel('Title').fill('from the page');
    await tab.page.getByRole('button', { name: 'Run 2 tasks' }).click();
    await tab.page.getByText('Every task succeeded.').waitFor();
    await tab.page.keyboard.press('g');
    await tab.page.keyboard.press('l');
    await tab.page.getByRole('link', { name: 'from the page' }).waitFor();
    await tab.page.keyboard.press('j');
    expect(await tab.page.evaluate('document.activeElement.textContent')).toBe('from the page');
    await tab.page.getByLabel('State').selectOption('failed');
    await tab.page.getByText('Ten planted failures').waitFor();
    await waitFor(async () => (await tab.page.getByRole('link', { name: 'from the page' }).count()) === 0);
    expect(tab.page.url()).toContain('#/lists?status=failed');
    await expectWell(tab);
    await tab.page.keyboard.press('?');
    await tab.page.getByText('next, previous item').waitFor();
    await expectWell(tab);
  });

  it('shows the installation, and says what is not there', async () => {
    const tab = await open('#/installation');
    await tab.page.getByText('CC_EXECUTOR_DATA_DIR').waitFor();
    await tab.page.locator('.rows .badge.good').first().waitFor();
    await tab.page.locator('.chart').first().waitFor();
    await tab.page.getByText('There are no hooks.').waitFor();
    await tab.page.getByText('agents of its machine').waitFor();
    await tab.page.getByText('Nothing waits for its turn.').waitFor();
    await picture(tab.page, 'installation');
    await expectWell(tab);
    for (const [place, sentence] of [
      ['#/executions/none', 'There is no such list here.'],
      ['#/executions/planted/tasks/99', 'This list has no such task.'],
      ['#/nowhere', 'There is no such page here.'],
    ] as const) {
      await tab.page.goto(`/${place}`);
      await tab.page.getByText(sentence).waitFor();
      await expectWell(tab);
    }
  });

  // Proves: page-for-everybody
  it('is open to everybody on every page: narrow and dark, very wide, on paper, without motion', async () => {
    const planted = '#/executions/planted';
    const places: readonly (readonly [string, string])[] = [
      ['#/', '.failure'],
      ['#/lists', '.rows li'],
      ['#/search?q=line', '.hits li'],
      ['#/new', 'textarea'],
      ['#/installation', '.chart'],
      [planted, '.tasks li'],
      [`${planted}/tasks/1?tab=output`, '.line'],
      [`${planted}/tasks/1?tab=stderr`, '.line'],
      [`${planted}/tasks/4?tab=proof`, '.lines'],
      [`${planted}/tasks/1?tab=asked`, '.lines'],
      ['#/executions/way-back/tasks/2?tab=changes', '.changes summary'],
      [`${planted}/tasks/7?tab=story`, '.story li'],
      [`${planted}/tasks/99`, '.notice'],
    ];
    for (const [width, dark] of [
      [WIDTHS.phone, true],
      [WIDTHS.wide, false],
    ] as const) {
      const tab = await open('', { width, dark });
      // Very wide is much the same everywhere.
      for (const [place, seen] of width === WIDTHS.wide ? places.slice(0, 4) : places) {
        // Afresh: what was open before has the same parts.
        await tab.page.goto('about:blank');
        await tab.page.goto(`/${place}`);
        await tab.page.locator(seen).first().waitFor();
        await expectWell(tab);
      }
      await tab.page.emulateMedia({ media: 'print', reducedMotion: 'reduce', colorScheme: 'dark' });
      for (const [place, seen] of places.slice(0, 2)) {
        // Afresh: what was open before has the same parts.
        await tab.page.goto('about:blank');
        await tab.page.goto(`/${place}`);
        await tab.page.locator(seen).first().waitFor();
        expect(await tab.page.locator('.top').isVisible()).toBe(false);
        expect(await tab.page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
          'rgb(251, 251, 250)',
        );
        expect(await tab.page.evaluate('document.getAnimations().length')).toBe(0);
        await expectWell(tab);
      }
      await tab.page.context().close();
    }
  });

  // Proves: page-for-everybody
  it('is used by keyboard alone', async () => {
    const tab = await open('');
    const { keyboard } = tab.page;
    await tab.page.locator('.failure').first().waitFor();
    const focused = async (what: string) => await tab.page.evaluate(`document.activeElement.${what}`);
    await keyboard.press('Tab');
    expect(await focused('className')).toBe('skip');
    await keyboard.press('Enter');
    expect(await focused('id')).toBe('main');
    await keyboard.press('j');
    const first = await focused('textContent');
    await keyboard.press('j');
    expect(await focused('textContent')).not.toBe(first);
    await keyboard.press('k');
    expect(await focused('textContent')).toBe(first);
    await keyboard.press('Shift+G');
    await waitFor(async () => Number(await tab.page.evaluate('scrollY')) > 0, {
      what: 'the end of the page',
    });
    await keyboard.press('g');
    await keyboard.press('g');
    await waitFor(async () => Number(await tab.page.evaluate('scrollY')) === 0, { what: 'its beginning' });
    await keyboard.press('Enter');
    await tab.page.locator('.head h1').waitFor();
    await waitFor(() => tab.page.url().includes('/tasks/'), { what: 'the item to be opened' });
    await keyboard.press('?');
    const help = tab.page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    await keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await keyboard.press('/');
    await tab.page.getByRole('heading', { name: 'Search' }).waitFor();
    await waitFor(async () => (await focused('type')) === 'search', { what: 'the field to have the keys' });
    await keyboard.type('jkg? line');
    expect(await focused('value')).toBe('jkg? line');
    await keyboard.press('Enter');
    await tab.page.getByText(/^(?:Found|It is nowhere)/).waitFor();
    for (const [key, heading] of [
      ['l', 'Lists'],
      ['n', 'New list'],
      ['i', 'Installation'],
    ] as const) {
      await tab.page.locator('#main').focus();
      await keyboard.press('g');
      await keyboard.press(key);
      await tab.page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
    }
    await expectWell(tab);
  });

  // Proves: page-for-everybody
  it('says what to do without JavaScript', async () => {
    const tab = await own.browser.newContext({ javaScriptEnabled: false, baseURL: own.under.stack.apiUrl });
    const page = await tab?.newPage();
    await page?.goto('/');
    await page?.getByRole('link', { name: 'The report of the last day' }).click();
    await page?.getByRole('heading', { name: 'Failed', exact: true }).waitFor();
    expect(page?.url()).toBe(`${own.under.stack.apiUrl}/report`);
  });

  it('sends its files with a strict policy, cached for ever by their names, and only to its own Host', async () => {
    const page = await fetch(`${own.under.stack.apiUrl}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|style=| on\w+=/);
    const [script = ''] = /\/assets\/[^"]+\.js/.exec(html) ?? [];
    const asset = await fetch(own.under.stack.apiUrl + script);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    for (const path of ['/assets/none.js', '/assets/../index.html', '/assets/%2e%2e/.built'])
      expect((await fetch(own.under.stack.apiUrl + path)).status).toBe(404);
    const first = [...html.matchAll(/\/assets\/[^"]+\.(?:js|css)/g)].map(([path]) => path);
    const sizes = await Promise.all(
      first.map(async (path) =>
        Number((await fetch(own.under.stack.apiUrl + path)).headers.get('content-length')),
      ),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150 * 1024);
  });
});

it('asks for a key once, keeps it for the tab, and says when it is wrong', async () => {
  const asking = await startStackUnderTest({ CC_EXECUTOR_API_KEY: 'a-made-up-key' });
  try {
    const tab = await openTab(own.browser, asking.stack.apiUrl);
    await tab.page.goto('/');
    await tab.page.getByText('This server requires a key').waitFor();
    await expectWell(tab);
    await tab.page.getByLabel('Key', { exact: true }).fill('another-key');
    await tab.page.getByRole('button', { name: 'Open' }).click();
    await tab.page.getByText('The server did not accept this key.').waitFor();
    await tab.page.getByLabel('Key', { exact: true }).fill('a-made-up-key');
    await tab.page.getByRole('button', { name: 'Open' }).click();
    await tab.page.getByText('Nothing has run yet').waitFor();
    await tab.page.reload();
    await tab.page.getByText('Nothing has run yet').waitFor();
    expect(await tab.page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    const other = await openTab(own.browser, asking.stack.apiUrl);
    await other.page.goto('/');
    await other.page.getByText('This server requires a key').waitFor();
  } finally {
    await asking.stop();
  }
});
