import { chromium, type CDPSession, type Page } from 'playwright-core';
import { setTimeout as delay } from 'node:timers/promises';
import { print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// What the page costs while much changes: lists of short tasks run for some minutes, each start and end of a task is an
// update, and the report, a list and a task are open. Tasks that keep the browser's own thread busy, and its memory; beside
// them a bare page that changes a text as often, whose long tasks are those of the machine.
const MINUTES = Number(process.env['BENCHMARK_MINUTES'] ?? 10);
const EXECUTABLE = process.env['BENCHMARK_CHROMIUM'] ?? '/usr/bin/chromium';
const MIB = 1024 * 1024;
/** Updates a second that are aimed at: two of each task. */
const UPDATES = 20;
/** Tasks of one list. */
const TASKS = 50;

const stack = await benchmarkStack();
const browser = await chromium.launch({
  executablePath: EXECUTABLE,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  // One list that changes all the time, and a task that prints all the time.
  const seconds = Math.ceil(MINUTES * 60);
  await run({
    execution_id: 'slow',
    tasks: Array.from({ length: seconds }, () => ({ command: 'sleep 0.9' })),
  });
  const printing = `for i in $(seq 1 ${String(seconds * UPDATES)}); do echo "line $i"; sleep 0.05; done`;
  await run({ execution_id: 'printing', tasks: [{ command: printing }] });
  const over = new AbortController();
  let lists = 0;
  let updates = 0;
  const writing = (async () => {
    for (let list = 0; !over.signal.aborted; list += 1) {
      const from = performance.now();
      await run({ tasks: Array.from({ length: TASKS }, () => ({ command: 'true' })) }, 'wait=60');
      lists = list + 1;
      updates += TASKS * 2;
      await delay(Math.max(0, (TASKS * 2 * 1000) / UPDATES - (performance.now() - from)));
    }
  })();
  await delay(2000);
  const tabs = await Promise.all(
    (['#/', '#/lists', '#/executions/slow', '#/executions/printing/tasks/1', null] as const).map(watch),
  );
  const started = performance.now();
  updates = 0;
  await delay(MINUTES * 30_000);
  const middle = await Promise.all(tabs.map(async ({ memory }) => await memory()));
  await delay(MINUTES * 30_000);
  over.abort();
  const took = (performance.now() - started) / 1000;
  const results: [string, string][] = [
    [
      'updates a second',
      `${(updates / took).toFixed(1)} of ${String(lists)} lists, and one list and one output beside, for ${(took / 60).toFixed(1)} min`,
    ],
  ];
  for (const [index, { place, longTasks, memory }] of tabs.entries()) {
    const long = await longTasks();
    const [half, end] = [middle[index] ?? 0, await memory()];
    const longest = long.length === 0 ? '' : `, the longest ${Math.max(...long).toFixed(0)} ms`;
    const part = ((long.length / (took * UPDATES)) * 100).toFixed(2);
    results.push([
      place ?? 'a bare page',
      `tasks over 50 ms: ${String(long.length)}, ${part} % of the updates${longest}; memory ${(half / MIB).toFixed(1)} MiB at half, ${(end / MIB).toFixed(1)} at the end`,
    ]);
  }
  print('The page while much changes', results);
  await writing;
} finally {
  await browser.close();
  await stack.stop();
}

/** Submits a list; `prefer`: how long its end is waited for. */
async function run(body: object, prefer = 'respond-async'): Promise<void> {
  await fetch(`${stack.apiUrl}/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer },
    body: JSON.stringify(body),
  });
}

/** Opens a page that counts the tasks of its thread that take more than 50 ms; null: a bare one. */
async function watch(place: string | null) {
  const page: Page = await browser.newPage();
  await page.addInitScript(
    'globalThis.long = []; new PerformanceObserver((list) => { for (const entry of list.getEntries()) long.push(entry.duration); }).observe({ entryTypes: ["longtask"] })',
  );
  await page.goto(place === null ? 'data:text/html,<h1>A bare page</h1>' : `${stack.apiUrl}/${place}`);
  if (place === null)
    await page.evaluate(
      `let count = 0; setInterval(() => { document.querySelector('h1').textContent = String(count += 1); }, ${String(1000 / UPDATES)})`,
    );
  else await page.locator('main h1').waitFor();
  // What loading takes is not what updates take.
  await page.evaluate('long.length = 0');
  const debug: CDPSession = await page.context().newCDPSession(page);
  await debug.send('HeapProfiler.enable');
  return {
    place,
    longTasks: async () => await page.evaluate<number[]>('long'),
    memory: async () => {
      await debug.send('HeapProfiler.collectGarbage');
      return (await debug.send('Runtime.getHeapUsage')).usedSize;
    },
  };
}
