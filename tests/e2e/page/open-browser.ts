import { needs } from '@cc-executor/testkit';
import { chromium, type Browser, type Page } from 'playwright-core';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** Where pictures of the page are kept, where somebody asks for them. */
const PICTURES = process.env['CC_TEST_PICTURES'];
export const WIDTHS = { phone: 390, desk: 1280, wide: 3840 } as const;

/** A browser on the page, which says what it requested from whom, and what went wrong in it. */
export interface OpenPage {
  page: Page;
  /** Requests to anybody but the server. */
  foreign: string[];
  /** Errors of scripts, and what its policy refused. */
  faults: string[];
}

/** Starts a Chromium without a window, that can reach nothing but this machine. */
export async function startBrowser(context: TestContext): Promise<Browser> {
  const executablePath = needs(context, 'chromium', 'chromium-browser', 'google-chrome');
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** Opens a new tab, without anything from another one. */
export async function openTab(
  browser: Browser,
  origin: string,
  options: { width?: number; dark?: boolean } = {},
): Promise<OpenPage> {
  const { width = WIDTHS.desk, dark = false } = options;
  const tab = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    baseURL: origin,
  });
  // Tests wait for the thing; a busy machine takes its time.
  tab.setDefaultTimeout(60_000);
  const page = await tab.newPage();
  const foreign: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:'))
      foreign.push(url);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  return { page, foreign, faults };
}

/** Keeps a picture of the page, where somebody asks for one. */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}
