import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenPage } from './open-browser.ts';

/** What axe finds on the page as it is. */
async function violations(page: Page): Promise<string[]> {
  // By the debugger's own door: the policy of the page allows no code from elsewhere.
  if ((await page.evaluate("'axe' in globalThis")) === false) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async () =>
      await (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
        resultTypes: ['violations'],
      }),
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const widest = async (page: Page): Promise<unknown> =>
  await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Expects what holds of each page in each state: open to everybody, in its width, alone with its server. */
export async function expectWell(tab: OpenPage): Promise<void> {
  expect(await violations(tab.page)).toEqual([]);
  await expectAlone(tab);
}

/** Expects a page to be in its width, and alone with its server. */
export async function expectAlone({ page, foreign, faults }: OpenPage): Promise<void> {
  expect(await widest(page)).toBe(0);
  expect(foreign).toEqual([]);
  expect(faults).toEqual([]);
}
