import { processIsAlive, rounds, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, startBrowser, type OpenPage } from './page/open-browser.ts';
import { startSecondApi } from './second-api.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const KILLS = rounds({ short: 3, nightly: 50 });

let redis: TestRedis;
let under: StackUnderTest;
let browser: Browser | undefined;

beforeAll(async () => {
  redis = await startRedis();
  under = await startStackUnderTest({ REDIS_URL: redis.url });
});
afterAll(async () => {
  await browser?.close();
  await under.stop();
  await redis.stop();
});
beforeEach(async (context) => {
  browser ??= await startBrowser(context);
});

async function open(place: string, origin = under.stack.apiUrl): Promise<OpenPage> {
  if (!browser) throw new Error('no browser');
  const tab = await openTab(browser, origin);
  await tab.page.goto(`/${place}`);
  return tab;
}

it('shows on the report and on the lists what happens, without asking again and again', async () => {
  const [report, lists] = [await open(''), await open('#/lists')];
  await report.page.getByText('Nothing has run yet').waitFor();
  await lists.page.getByText('There is no such list.').waitFor();
  const asked: string[] = [];
  for (const { page } of [report, lists]) page.on('request', (request) => asked.push(request.url()));
  const id = await under.submit({ title: 'in the night', tasks: [{ command: 'echo broken >&2; exit 7' }] });
  await report.page.locator('.failure .lines').getByText('broken').waitFor();
  await lists.page.locator('.rows .badge').getByText('failed').waitFor();
  await expectWell(report);
  await expectWell(lists);
  // Nothing has asked but what followed a change of state.
  const changes = (await under.events(id)).length;
  await under.call('POST', `/executions/${id}/remove`);
  await lists.page.getByText('There is no such list.').waitFor();
  expect(asked.filter((url) => url.includes('/executions?')).length).toBeLessThanOrEqual(changes + 1);
});

it('says what to do when the server was replaced by another version', async () => {
  const { page } = await open('');
  await page.locator('main h1').waitFor();
  const missing = (url: URL) => /\/assets\/installation-/.test(url.pathname);
  await page.route(missing, async (route) => await route.fulfill({ status: 404, body: '{}' }));
  await page.getByRole('link', { name: 'Installation' }).click();
  await page.getByText('A part of the page could not be shown.').waitFor();
  // What is there already still works.
  await page.getByRole('link', { name: 'Report' }).click();
  await page.locator('main h1').waitFor();
  await page.getByRole('link', { name: 'Installation' }).click();
  await page.getByText('A part of the page could not be shown.').waitFor();
  await page.unroute(missing);
  await page.getByRole('button', { name: 'Load the page again' }).click();
  await page.getByRole('heading', { name: 'Installation' }).waitFor();
  expect(await page.getByText('A part of the page could not be shown.').count()).toBe(0);
});

/** The seqs of what the page tells of an execution as a whole. */
async function momentsOf(page: Page): Promise<number[]> {
  const texts = await page.locator('.moments li > .muted').allInnerTexts();
  return texts.map((text) => Number(text.replace('#', '')));
}

it(
  `ends with exactly the log although what serves it is killed ${String(KILLS)} times`,
  async () => {
    const { service, url, up } = await startSecondApi(under, redis);
    const id = await under.submit({
      tasks: [{ command: 'i=0; until [ -e stop ]; do i=$((i+1)); echo $i; sleep 0.1; done; echo ended' }],
    });
    await up();
    const list = (await open(`#/executions/${id}`, url)).page;
    const output = (await open(`#/executions/${id}/tasks/1?tab=output`, url)).page;
    await list.getByText('A worker began it.').waitFor();
    await output.locator('.line').first().waitFor();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await up();
      const { pid } = service;
      // Now and then a laptop sleeps: connections stand, and nothing comes by them.
      const isAsleep = kill % 10 === 5;
      process.kill(pid, isAsleep ? 'SIGSTOP' : 'SIGKILL');
      if (!isAsleep) await waitFor(() => !processIsAlive(pid), { what: 'the API to end' });
      // What happens while nothing serves the page.
      for (const [verb, state] of [
        ['pause', 'paused'],
        ['resume', 'running'],
      ] as const) {
        await under.call('POST', `/executions/${id}/${verb}`);
        await waitFor(async () => (await under.status(id)).status === state, { what: state });
      }
      if (isAsleep) {
        await list.getByText('The server cannot be reached.').waitFor();
        process.kill(pid, 'SIGCONT');
      }
      const told = (await under.eventsSoFar(id)).filter(({ type }) => type.startsWith('execution.'));
      await waitFor(async () => (await momentsOf(list)).length === told.length, {
        what: `all of it after ${String(kill + 1)} kills`,
      });
    }
    await under.put(id, 'stop');
    await list.getByText('Every task succeeded.').waitFor();
    await output.locator('.line').getByText('ended', { exact: true }).waitFor();
    const events = (await under.events(id)).filter(({ type }) => type.startsWith('execution.'));
    expect(await momentsOf(list)).toEqual(events.map(({ seq }) => seq));
    const printed = (await under.results(id)).results[0]?.stdout.length;
    const shown = (await output.locator('.line').allInnerTexts()).at(-1);
    expect(shown).toBe('ended');
    await waitFor(
      async () => Number(await output.locator('[data-total]').getAttribute('data-total')) === printed,
      { what: 'the whole output' },
    );
    await service.stop();
  },
  KILLS * 60_000,
);
