import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, picture, startBrowser, type OpenPage } from './page/open-browser.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
let browser: Browser | undefined;

beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => {
  await browser?.close();
  await under.stop();
});
beforeEach(async (context) => {
  browser ??= await startBrowser(context);
});

async function open(place: string): Promise<OpenPage> {
  if (!browser) throw new Error('no browser');
  const tab = await openTab(browser, under.stack.apiUrl);
  await tab.page.goto(`/${place}`);
  return tab;
}

/** Lets the page draw what it has to draw, and ask for what it wants then. */
const FRAMES =
  '(async () => { for (let frame = 0; frame < 30; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn)); })()';

/** Waits until the last line of an output is seen. */
async function isAtEnd(page: Page): Promise<void> {
  await page.waitForFunction(
    "(() => { const screen = document.querySelector('.screen'); return screen.scrollHeight - screen.scrollTop - screen.clientHeight < 30; })()",
  );
}

it('opens an output of 1,000,000 lines at its end, and has its beginning', async () => {
  const id = await under.submit({
    execution_id: 'long',
    tasks: [{ command: 'seq 1 1000000', name: 'count' }],
  });
  await under.ended(id, 300);
  const tab = await open(`#/executions/${id}/tasks/1`);
  await tab.page.locator('.line').getByText('1000000', { exact: true }).waitFor();
  await isAtEnd(tab.page);
  await picture(tab.page, 'output');
  await tab.page.getByRole('button', { name: 'Beginning' }).click();
  await tab.page.locator('.line').getByText('1', { exact: true }).first().waitFor();
  await expectWell(tab);
  const atByte = await open(`#/executions/${id}/tasks/1?tab=output&at=0`);
  await atByte.page.locator('.line').getByText('1', { exact: true }).first().waitFor();
  await atByte.page.getByRole('button', { name: 'End' }).click();
  await atByte.page.locator('.line').getByText('1000000', { exact: true }).waitFor();
  await isAtEnd(atByte.page);
});

it('finds a text in outputs of any length, and goes to its line', async () => {
  const tab = await open('#/executions/long');
  await tab.page.getByLabel('Search in its outputs').fill('777777');
  await tab.page.keyboard.press('Enter');
  await tab.page.getByText('Found 1 time in 6.6 MiB of output.').waitFor();
  await expectWell(tab);
  await picture(tab.page, 'search');
  await tab.page.getByRole('link', { name: 'long, task 1, line 777,777' }).click();
  await tab.page.locator('.line.hit').getByText('777777', { exact: true }).waitFor();
  await expectWell(tab);
  await tab.page.goto('/#/search?q=99999');
  await tab.page.getByText(/^Found 19 times in /).waitFor();
  await tab.page.goto('/#/search?q=nowhere-at-all');
  await tab.page.getByText(/^It is nowhere in /).waitFor();
  expect(await tab.page.locator('.hits li').count()).toBe(0);
  await expectWell(tab);
});

it('goes to the end of an output although what is after the beginning comes late', async () => {
  const id = await under.submit({
    execution_id: 'late',
    tasks: [{ command: 'seq 1 200000', name: 'count' }],
  });
  await under.ended(id, 300);
  const { page } = await open(`#/executions/${id}/tasks/1?tab=output&at=0`);
  await page.locator('.line').getByText('1', { exact: true }).first().waitFor();
  const held: Route[] = [];
  let holds = true;
  await page.route('**/output?*', async (route) => {
    const isOfEnd = route.request().headers()['range']?.startsWith('bytes=-');
    if (isOfEnd) await page.evaluate(FRAMES);
    else if (holds) return void held.push(route);
    await route.continue();
  });
  await page.getByRole('button', { name: 'End' }).click();
  await page.locator('.line').getByText('200000', { exact: true }).waitFor();
  holds = false;
  for (const route of held) {
    const answered = page.waitForResponse((response) => response.request() === route.request());
    await Promise.all([route.continue(), answered]);
  }
  await page.evaluate(FRAMES);
  await page.locator('.line').getByText('200000', { exact: true }).waitFor();
  await isAtEnd(page);
  const from = await page.locator('[data-from]').getAttribute('data-from');
  expect(Number(from)).toBeGreaterThan(1_000_000);
});

it('follows the output of a command while it runs, to its last line', async () => {
  const id = await under.submit({
    execution_id: 'printing',
    tasks: [
      {
        command:
          'echo begun; until [ -e go ]; do sleep 0.1; done; seq 1 400000; until [ -e stop ]; do sleep 0.1; done; echo ended',
      },
    ],
  });
  const { page } = await open(`#/executions/${id}/tasks/1`);
  await page.locator('.line').getByText('begun').waitFor();
  await under.put(id, 'go');
  await page.locator('.line').getByText('400000', { exact: true }).waitFor();
  await isAtEnd(page);
  await under.put(id, 'stop');
  await page.locator('.line').getByText('ended').waitFor();
  await isAtEnd(page);
  expect(await page.locator('.line').last().innerText()).toBe('ended');
});
