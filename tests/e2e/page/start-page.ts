import { startScriptedModel, type ScriptedModel } from '@cc-executor/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from '../stack-under-test.ts';
import { openTab, startBrowser, type OpenPage } from './open-browser.ts';

/** One stack with a scripted model and one browser, for all tests of a file. */
export interface PageUnderTest {
  readonly under: StackUnderTest;
  readonly model: ScriptedModel;
  readonly browser: Browser;
  /** Opens a place of the page in a new tab, without anything from another one. */
  open: (place: string, options?: Parameters<typeof openTab>[2]) => Promise<OpenPage>;
}

/** Registers the start of a stack whose prompts are answered by a script, of a browser at the first test, and their end. */
export function pageUnderTest(
  script: NonNullable<Parameters<typeof startScriptedModel>[0]>['script'],
): PageUnderTest {
  let model: ScriptedModel | undefined;
  let under: StackUnderTest | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    model = await startScriptedModel({ script });
    under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
  });
  afterAll(async () => {
    await browser?.close();
    await under?.stop();
    await model?.close();
  });
  beforeEach(async (context) => {
    browser ??= await startBrowser(context);
  });
  const started = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('nothing was started yet');
    return one;
  };
  return {
    get under() {
      return started(under);
    },
    get model() {
      return started(model);
    },
    get browser() {
      return started(browser);
    },
    open: async (place, options = {}) => {
      const tab = await openTab(started(browser), started(under).stack.apiUrl, options);
      await tab.page.goto(`/${place}`);
      return tab;
    },
  };
}
