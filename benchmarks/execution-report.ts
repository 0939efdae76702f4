import { milliseconds, print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// How long the report of one execution with many tasks takes, each of which has changed a file; and its verification, which
// reads every content of every snapshot.
const RUNS = 3;
const TASKS = 1000;

const stack = await benchmarkStack();
const call = async (path: string, init?: RequestInit) => await fetch(stack.apiUrl + path, init);
const tasks = Array.from({ length: TASKS }, (_, task) => ({
  command: `echo ${String(task)} > file-${String(task % 100)}`,
}));
const headers = { 'content-type': 'application/json' };
const submitted = await call('/execute', { method: 'POST', headers, body: JSON.stringify({ tasks }) });
const { execution_id: id } = (await submitted.json()) as { execution_id: string };
for (let status = ''; status !== 'completed';) {
  ({ status } = (await (await call(`/executions/${id}`)).json()) as { status: string });
  await new Promise((resolve) => setTimeout(resolve, 500));
}

const [reports, verifications]: [number[], number[]] = [[], []];
let page = '';
for (let run = 0; run < RUNS; run += 1) {
  let began = performance.now();
  page = await (await call(`/executions/${id}/report`, { headers: { accept: 'text/markdown' } })).text();
  reports.push(performance.now() - began);
  began = performance.now();
  await (await call(`/executions/${id}/verification`)).text();
  verifications.push(performance.now() - began);
}
await stack.stop();
print(`The report of an execution with ${String(TASKS)} tasks (${String(RUNS)} runs, medians and ranges)`, [
  ['the report', milliseconds(reports)],
  ['its verification', milliseconds(verifications)],
  ['patches in the report', String(page.split('diff --git').length - 1)],
]);
