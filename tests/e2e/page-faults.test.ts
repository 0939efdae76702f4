import { waitFor } from '@cc-executor/testkit';
import type { Browser, Page, Route } from 'playwright-core';
import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, picture, startBrowser, type OpenPage } from './page/open-browser.ts';
import { canHaveDisks, startRedisOnSmallDisk, type RedisOnSmallDisk } from './page/redis-on-small-disk.ts';
import { startSecondApi } from './second-api.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

// What is wrong with the browser, the server, what is kept, or what somebody asks for: each is a sentence and a way on.

let redis: RedisOnSmallDisk;
let under: StackUnderTest;
let browser: Browser | undefined;

// Proves: page-survives-faults
describe.skipIf(!canHaveDisks())('the page, where something is wrong,', () => {
  beforeAll(async () => {
    redis = await startRedisOnSmallDisk();
    under = await startStackUnderTest({ REDIS_URL: redis.url, CC_EXECUTOR_ARCHIVE_AFTER: '0.001' });
  });
  afterAll(async () => {
    await browser?.close();
    await under.stop();
    await redis.stop();
  });
  beforeEach(async (context) => {
    browser ??= await startBrowser(context);
  });

  async function newTab(origin = under.stack.apiUrl): Promise<OpenPage> {
    if (!browser) throw new Error('no browser');
    return await openTab(browser, origin);
  }
  async function open(place: string, origin?: string): Promise<OpenPage> {
    const tab = await newTab(origin);
    await tab.page.goto(`/${place}`);
    return tab;
  }
  const waiting = (id: string) => ({
    execution_id: id,
    tasks: [{ command: 'until [ -e stop ]; do echo waits; sleep 0.2; done', name: 'wait' }],
  });

  it('leaves a way on in a browser that is too old for it', async () => {
    const tooOld = /older than Chrome or Edge 117/;
    const parsesNothing = await newTab();
    await parsesNothing.page.route(/\/assets\/main-/, async (route) => {
      await route.fulfill({ contentType: 'text/javascript', body: 'let syntax of tomorrow;' });
    });
    const lacksSomething = await newTab();
    await lacksSomething.page.addInitScript('delete Map.groupBy');
    for (const { page } of [parsesNothing, lacksSomething]) {
      await page.goto('/');
      await page.getByText(tooOld).waitFor();
      await page.getByRole('link', { name: 'a plain report' }).click();
      await page.waitForURL('**/report');
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await lacksSomething.page.goto('/');
    await expectWell(lacksSomething);
  });

  it('works in a browser that lets it keep nothing', async () => {
    const tab = await newTab();
    await tab.page.addInitScript(
      "for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(globalThis, name, { get() { throw new DOMException('denied', 'SecurityError'); } })",
    );
    await tab.page.goto('/#/new');
    await tab.page.getByLabel('Tasks').fill('$ echo kept nowhere');
    await tab.page.getByRole('button', { name: 'Run 1 task' }).click();
    await tab.page.getByText('Every task succeeded.').waitFor();
    await expectWell(tab);
  });

  it('says on every page that the server is away, keeps what is there, and continues by itself', async () => {
    const id = await under.submit(waiting('away'));
    const first = await startSecondApi(under, redis);
    const { url, port } = first;
    await first.up();
    const places = ['', '#/lists', `#/executions/${id}`, `#/executions/${id}/tasks/1`, '#/installation'];
    const tabs = await Promise.all(places.map(async (place) => await open(place, url)));
    for (const { page } of tabs) await page.locator('main h1').waitFor();
    const [, , list, task] = tabs;
    await list?.page.getByText('A worker began it.').waitFor();
    await task?.page.locator('.line').first().waitFor();
    await first.service.stop();
    const away = 'The server cannot be reached. What you see may be out of date.';
    for (const tab of tabs) {
      await tab.page.getByText(away).waitFor();
      expect(await tab.page.locator('main h1').count()).toBe(1);
    }
    expect(await list?.page.getByText('live', { exact: true }).count()).toBe(0);
    await list?.page.getByRole('button', { name: 'Pause' }).click();
    await list?.page.getByText('If it does not run, "npm start"').waitFor();
    if (list) await picture(list.page, 'away');
    const second = await startSecondApi(under, redis, { port });
    await second.up();
    for (const tab of tabs) {
      await tab.page.getByText(away).waitFor({ state: 'hidden' });
      await expectWell(tab);
    }
    await list?.page.getByRole('button', { name: 'Pause' }).click();
    await list?.page.getByRole('button', { name: 'Resume' }).waitFor();
    await under.call('POST', `/executions/${id}/cancel`);
    await second.service.stop();
  });

  it('shows what a newer server says that it does not know, and says when it cannot', async () => {
    const id = await under.submit({ execution_id: 'newer', tasks: [{ command: 'exit 3', name: 'fails' }] });
    await under.ended(id);
    const changed = (change: (answer: Record<string, object[]>) => object) => async (route: Route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: change((await response.json()) as Record<string, object[]>) });
    };
    const newer = await newTab();
    await newer.page.route(
      '**/report?*',
      changed((report) => ({
        ...report,
        phase_of_the_moon: 'new',
        needs_you: [
          {
            kind: 'approval_by_two',
            execution_id: id,
            task: null,
            title: 'a need of tomorrow',
            sentence: 'Two have to agree.',
            action: 'vote',
            todo: 'Vote.',
          },
        ],
        failed: [
          {
            ...report['failed']?.[0],
            outcome: 'melted_down',
            news: [{ kind: 'brighter', sentence: '' }],
          },
        ],
      })),
    );
    await newer.page.goto('/');
    await newer.page.getByText('approval by two').waitFor();
    await newer.page.getByText('melted down').waitFor();
    await newer.page.getByText('brighter').waitFor();
    await expectWell(newer);
    await newer.page.route(
      `**/executions/${id}`,
      changed((details) => ({ ...details, status: 'dreaming' })),
    );
    await newer.page.goto(`/#/executions/${id}`);
    await newer.page.getByText('It failed:').waitFor();

    const older = await newTab();
    // As JSON leaves out what is undefined.
    const cut = changed((report) => ({ ...report, branches: undefined }));
    await older.page.route('**/report?*', cut);
    await older.page.goto('/');
    await older.page.getByText('A part of the page could not be shown.').waitFor();
    await expectWell(older);
    await older.page.unroute('**/report?*', cut);
    await older.page.getByRole('button', { name: 'Load the page again' }).click();
    await older.page.locator('.failure').first().waitFor();
  });

  it('says that a list was removed while it was open', async () => {
    const id = await under.submit({ execution_id: 'pruned', tasks: [{ command: 'echo gone soon' }] });
    await under.ended(id);
    const tabs = [await open(`#/executions/${id}`), await open(`#/executions/${id}/tasks/1`)];
    for (const { page } of tabs) await page.locator('main h1').waitFor();
    await tabs[1]?.page.locator('.line').getByText('gone soon').waitFor();
    expect((await under.call('POST', `/executions/${id}/remove`)).status).toBe(202);
    const isGone = async () => (await under.call('GET', `/executions/${id}`)).status === 404;
    await waitFor(isGone, { what: 'the list to be removed' });
    const gone = 'There is no such list here. It may have been removed after its retention time.';
    for (const { page } of tabs) {
      await page.reload();
      await page.getByText(gone).waitFor();
      await page.getByRole('link', { name: 'Go to the report.' }).click();
      await page.locator('main h1').waitFor();
    }
    for (const place of [
      `#/search?q=x&execution=${id}`,
      '#/executions/..%2F..%2Fhealth',
      '#/executions/%00%ff',
    ]) {
      const tab = await open(place);
      await tab.page.getByRole('alert').first().waitFor();
      await tab.page.getByRole('link', { name: 'Go to the report.' }).waitFor();
      await expectWell(tab);
    }
  });

  it('says that an archive is damaged, and shows the rest', async () => {
    const id = await under.submit({
      execution_id: 'damaged',
      tasks: [{ command: 'seq 1 2000; exit 3', name: 'prints' }],
    });
    await under.ended(id);
    const file = join(under.folder, 'data/executions', id, 'archive.gz');
    const { size } = await waitFor(async () => await stat(file).catch(() => null), { what: 'the archive' });
    await truncate(file, Math.floor(size / 2));
    for (const place of [`#/executions/${id}`, `#/executions/${id}/tasks/1`]) {
      const tab = await open(place);
      await tab.page.getByText('"cc-executor verify" says what of it is.').first().waitFor();
      await expectWell(tab);
      await picture(tab.page, 'damaged');
      await tab.page.context().close();
    }
    const report = await open('');
    await report.page.locator('.failure, .need').first().waitFor();
    await expectWell(report);
    const lists = await open('#/lists');
    await lists.page.locator('.rows li').first().waitFor();
    await expectWell(lists);
  });

  it('is the same in two tabs, each with its own draft and its own answer', async () => {
    const id = await under.submit(waiting('twice'));
    const [one, two] = [await open(`#/executions/${id}`), await open(`#/executions/${id}`)];
    await one.page.getByRole('button', { name: 'Pause' }).click();
    await two.page.getByRole('button', { name: 'Resume' }).waitFor();
    // Both press what was right a moment before.
    await one.page.getByRole('button', { name: 'Resume' }).waitFor();
    await Promise.all(
      [one, two].map(async ({ page }) => await page.getByRole('button', { name: 'Resume' }).click()),
    );
    for (const { page } of [one, two]) {
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByText('Resumed.').waitFor();
    }
    await under.call('POST', `/executions/${id}/cancel`);
    for (const { page } of [one, two]) await page.locator('.head').getByText('cancelled').waitFor();
    await one.page.goto('/#/new');
    await one.page.getByLabel('Tasks').fill('$ echo one');
    const other = await one.page.context().newPage();
    await other.goto('/#/new');
    expect(await other.getByLabel('Tasks').inputValue()).toBe('');
    await other.getByLabel('Tasks').fill('$ echo two');
    await one.page.reload();
    expect(await one.page.getByLabel('Tasks').inputValue()).toBe('$ echo one');
    await expectWell(one);
  });

  it('follows nothing in a tab that nobody sees, and has all of it when it is seen again', async () => {
    const id = await under.submit(waiting('unseen'));
    const { page } = await open(`#/executions/${id}`);
    await page.getByText('A worker began it.').waitFor();
    const followed: string[] = [];
    page.on('requestfailed', (request) => followed.push(request.url()));
    await see(page, 'hidden');
    await waitFor(() => followed.some((url) => url.includes('/events?')), { what: 'the stream to be left' });
    await under.call('POST', `/executions/${id}/pause`);
    await under.call('POST', `/executions/${id}/resume`);
    await under.put(id, 'stop');
    await under.ended(id);
    await see(page, 'visible');
    await page.getByText('Every task succeeded.').waitFor();
    const told = (await under.events(id)).filter(({ type }) => type.startsWith('execution.'));
    const shown = await page.locator('.moments li > .muted').allInnerTexts();
    expect(shown).toEqual(told.map(({ seq }) => `#${String(seq)}`));
  });

  it('keeps a list that a full disk refuses, and stores it once when there is room', async () => {
    const tab = await open('#/new');
    await tab.page.getByLabel('Tasks').fill('$ echo stored');
    await tab.page.getByText('Expected:').waitFor();
    await redis.fill();
    await tab.page.getByRole('button', { name: 'Run 1 task' }).click();
    await tab.page.getByText('or its disk is full').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'full-disk');
    await tab.page.reload();
    expect(await tab.page.getByLabel('Tasks').inputValue()).toBe('$ echo stored');
    const report = await open('');
    await report.page.getByText('or its disk is full').waitFor();
    await redis.makeRoom();
    await waitFor(async () => (await fetch(`${under.stack.apiUrl}/health`).catch(() => null))?.ok, {
      what: 'the stack to be well again',
    });
    await tab.page.getByRole('button', { name: 'Run 1 task' }).click();
    await tab.page.getByText('Every task succeeded.').waitFor();
    await report.page.locator('main h1').waitFor();
    await expectWell(report);
  });
});

/** Shows or hides a tab: what a browser says of one that nobody sees. */
async function see(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(
    `Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' }); document.dispatchEvent(new Event('visibilitychange'))`,
  );
}
