import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import { percentile, print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// What the page costs: the bytes of its first load, the time until the report of a night with 50 tasks is there beside a
// bare static page in the same browser, a task that printed a million lines, and ten thousand executions.
const EXECUTIONS = Number(process.env['BENCHMARK_EXECUTIONS'] ?? 10_000);
const LOADS = Number(process.env['BENCHMARK_LOADS'] ?? 100);
const EXECUTABLE = process.env['BENCHMARK_CHROMIUM'] ?? '/usr/bin/chromium';
const MIB = 1024 * 1024;

const bare = createServer((_, response) => {
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end('<!doctype html><title>bare</title><h1>A bare page</h1>');
});
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
const bareUrl = `http://127.0.0.1:${String((bare.address() as AddressInfo).port)}/`;
const stack = await benchmarkStack();
/** Nothing runs here: executions are only submitted. */
const queued = await benchmarkStack({}, 'worker');
const browser = await chromium.launch({
  executablePath: EXECUTABLE,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const tasks = Array.from({ length: 50 }, (_, index) => ({
    name: `task ${String(index + 1)}`,
    command: index % 5 === 4 ? `echo "reason ${String(index)}" >&2; exit 1` : 'echo done',
  }));
  await run({ tasks, on_failure: 'continue' });
  const long = await run({ tasks: [{ command: 'seq 1 1000000' }] });

  const results: [string, string][] = [];
  results.push(['first load, gzip', `${((await firstLoad()) / 1024).toFixed(1)} KiB`]);
  const times = { page: [] as number[], bare: [] as number[] };
  for (let i = 0; i < LOADS; i++) {
    times.bare.push(await load(bareUrl, 'h1'));
    times.page.push(await load(`${stack.apiUrl}/`, '.failure .lines'));
  }
  const [page, other] = [percentile(times.page, 0.95), percentile(times.bare, 0.95)];
  results.push([
    `the report of 50 tasks, 95th of ${String(LOADS)} loads`,
    `${page.toFixed(0)} ms; a bare page ${other.toFixed(0)} ms, so ${(page / other).toFixed(1)} times`,
  ]);
  results.push(...(await million(long)));
  results.push(...(await manyExecutions()));
  print('The page', results);
} finally {
  await browser.close();
  await stack.stop();
  await queued.stop();
  bare.close();
}

/** Runs a list to its end, and returns its id. */
async function run(body: object): Promise<string> {
  const response = await fetch(`${stack.apiUrl}/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=120' },
    body: JSON.stringify(body),
  });
  return ((await response.json()) as { execution_id: string }).execution_id;
}

/** Bytes of everything but the data that the report needs. */
async function firstLoad(): Promise<number> {
  const tab = await browser.newPage();
  let bytes = 0;
  tab.on('response', (response) => {
    if (/\/(?:assets\/.*)?$/.test(new URL(response.url()).pathname))
      bytes += Number(response.headers()['content-length'] ?? 0);
  });
  await tab.goto(`${stack.apiUrl}/`);
  await tab.locator('.failure .lines').first().waitFor();
  await tab.close();
  return bytes;
}

/** Milliseconds from the request of a new tab, without a cache, until something is there. */
async function load(url: string, selector: string): Promise<number> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const began = performance.now();
  await tab.goto(url, { waitUntil: 'commit' });
  await tab.locator(selector).first().waitFor();
  const took = performance.now() - began;
  await context.close();
  return took;
}

async function million(id: string): Promise<[string, string][]> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`${stack.apiUrl}/#/executions/${id}`);
  await tab.locator('.tasks li').first().waitFor();
  const before = await heap(tab);
  const began = performance.now();
  await tab.goto(`${stack.apiUrl}/#/executions/${id}/tasks/1`);
  await tab.locator('.line').getByText('1000000', { exact: true }).waitFor();
  const took = performance.now() - began;
  const opened = await heap(tab);
  // Far up, by hand.
  await tab.locator('.screen').hover();
  for (let i = 0; i < 200; i++) await tab.mouse.wheel(0, -20_000);
  const most = await heap(tab);
  const times: number[] = [];
  for (const text of ['999999', '500000', '31415', 'nowhere', '7']) {
    const from = performance.now();
    await tab.goto(`${stack.apiUrl}/#/search?q=${text}&execution=${id}`);
    await tab.getByText(/^(?:Found|It is nowhere)/).waitFor();
    times.push(performance.now() - from);
  }
  await context.close();
  return [
    ['1,000,000 lines: its end is there after', `${took.toFixed(0)} ms`],
    [
      'memory more than before it (JavaScript)',
      `${(opened - before).toFixed(1)} MiB, after scrolling up ${(most - before).toFixed(1)} MiB`,
    ],
    ['a search over all of it, with its hits listed', `${times.map((one) => one.toFixed(0)).join(', ')} ms`],
  ];
}

/** The list of very many executions: its first page, further ones, and a filter that few pass. */
async function manyExecutions(): Promise<[string, string][]> {
  const submit = async (index: number) =>
    await fetch(`${queued.apiUrl}/execute`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify({
        title: index % 1000 === 500 ? `the rare list ${String(index)}` : `list ${String(index)}`,
        tasks: [{ command: 'true' }],
      }),
    }).then(async (response) => await response.text());
  for (let index = 0; index < EXECUTIONS; index += 20)
    await Promise.all(Array.from({ length: 20 }, async (_, more) => await submit(index + more)));
  const first: number[] = [];
  const further: number[] = [];
  const filtered: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const context = await browser.newContext();
    const tab = await context.newPage();
    const rows = tab.locator('.rows li');
    const timed = async (times: number[], act: () => Promise<unknown>, seen: () => Promise<unknown>) => {
      const from = performance.now();
      await act();
      await seen();
      times.push(performance.now() - from);
    };
    await timed(
      first,
      async () => await tab.goto(`${queued.apiUrl}/#/lists`),
      async () => await rows.first().waitFor(),
    );
    const before = await rows.count();
    await timed(
      further,
      async () => await tab.getByRole('button', { name: 'Show older' }).click(),
      async () => await rows.nth(before).waitFor(),
    );
    await timed(
      filtered,
      async () => await tab.goto(`${queued.apiUrl}/#/lists?q=rare`),
      async () => await tab.getByText('the rare list 500', { exact: true }).waitFor(),
    );
    await context.close();
  }
  const worst = (times: number[]) => `${percentile(times, 0.95).toFixed(0)} ms`;
  return [
    [
      `the list of ${String(EXECUTIONS)} executions, 95th of 20`,
      `${worst(first)}; the next page ${worst(further)}; ten of them by a word ${worst(filtered)}`,
    ],
  ];
}

/** MiB of JavaScript's heap after a collection. */
async function heap(tab: Page): Promise<number> {
  const session = await tab.context().newCDPSession(tab);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / MIB;
}
