import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, startBrowser, type OpenPage } from './page/open-browser.ts';
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
