import { say, startScriptedModel, type ScriptedModel } from '@cc-executor/testkit';
import type { Browser } from 'playwright-core';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { openTab, picture, startBrowser, WIDTHS, type OpenPage } from './page/open-browser.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const LOOKS = [
  ['desk', { width: WIDTHS.desk, dark: false }],
  ['dark', { width: WIDTHS.desk, dark: true }],
  ['phone', { width: WIDTHS.phone, dark: false }],
] as const;

let model: ScriptedModel;
let under: StackUnderTest;
let browser: Browser | undefined;

beforeAll(async () => {
  model = await startScriptedModel({ script: () => say('Done.') });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await browser?.close();
  await under.stop();
  await model.close();
});
beforeEach(async (context) => {
  browser ??= await startBrowser(context);
});

async function open(place: string, options: Parameters<typeof openTab>[2] = {}): Promise<OpenPage> {
  if (!browser) throw new Error('no browser');
  const tab = await openTab(browser, under.stack.apiUrl, options);
  await tab.page.goto(`/${place}`);
  return tab;
}

/** Expects of a place in each look that `seen` is there, and what holds of each page; keeps pictures of it. */
async function expectInEachLook(place: string, name: string, seen: string): Promise<void> {
  for (const [look, options] of LOOKS) {
    const tab = await open(place, options);
    await tab.page.locator(seen).first().waitFor();
    await expectWell(tab);
    await picture(tab.page, `${name}-${look}`);
    await tab.page.context().close();
  }
}

describe('the graph of a list', () => {
  it('shows what needs what, with the state of each task as it changes', async () => {
    const go = join(under.folder, 'go-on');
    const id = await under.submit({
      execution_id: 'joined',
      on_failure: 'skip_dependents',
      tasks: [
        { name: 'prepare', command: 'echo prepared > base.txt' },
        { name: 'left', needs: ['prepare'], command: `until [ -e '${go}' ]; do sleep 0.1; done` },
        { name: 'right', needs: ['prepare'], command: 'echo broken >&2; exit 3' },
        { name: 'other', needs: ['prepare'], command: 'echo other > other.txt' },
        { name: 'join', needs: ['left', 'right'], command: 'echo joined' },
        { name: 'end', needs: ['left', 'other'], command: 'echo ended' },
      ],
    });
    const tab = await open(`#/executions/${id}`);
    const graph = tab.page.locator('.graph');
    await graph.locator('.box.running').getByText('2. left').waitFor();
    await graph.locator('.box.failed').getByText('3. right').waitFor();
    await writeFile(go, '');
    await graph.locator('.box.completed').getByText('6. end').waitFor();
    await graph.locator('.box.skipped').getByText('5. join').waitFor();
    await under.ended(id);
    await tab.page.getByText('The same as a list').click();
    await tab.page.locator('.needs li').nth(4).getByText('needs 2, 3').waitFor();
    await expectWell(tab);
    await expectInEachLook(`#/executions/${id}`, 'graph', '.box.skipped');
    await graph.getByRole('link', { name: '3. right' }).click();
    await tab.page.locator('h1').getByText('right').waitFor();
  });

  it('of a thousand tasks folds those of one state, and is not there where nothing needs anything', async () => {
    const id = await under.submit({
      execution_id: 'thousand',
      tasks: [
        { name: 'begin', command: 'exit 1' },
        ...Array.from({ length: 999 }, (_, index) => ({
          command: `echo ${String(index)}`,
          needs: ['begin'],
        })),
      ],
    });
    await under.ended(id, 300);
    const tab = await open(`#/executions/${id}`, { width: WIDTHS.phone, dark: true });
    const folded = tab.page.getByRole('button', { name: '999 tasks' });
    await folded.focus();
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('.needs').getByRole('link', { name: '2. echo 0' }).waitFor();
    expect(await folded.getAttribute('aria-expanded')).toBe('true');
    expect(await tab.page.locator('.graph .box').count()).toBe(2);
    await expectWell(tab);
    await picture(tab.page, 'graph-thousand-phone');
    const plain = await under.submit({ tasks: [{ command: 'true' }, { command: 'true' }] });
    await under.ended(plain);
    await tab.page.goto(`/#/executions/${plain}`);
    await tab.page.getByText('Every task succeeded.').waitFor();
    expect(await tab.page.locator('.graph').count()).toBe(0);
  });
});
