import { startStack } from '@cc-executor/local-stack';
import { startScriptedModel } from '@cc-executor/scripted-model';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import script from './model-script.ts';
import { describeEvent, type DemoEvent } from './describe-event.ts';

// The whole of cc-executor with the real Claude Code and real tools; only the model's words are written beforehand,
// so that it needs no account. Everything is in a temporary folder, and gone at the end. With --keep the end is Ctrl-C, so
// that one can look at everything before.
const TASKS = [
  'Write slugify.mjs, with a function that makes a title into a part of an address.',
  'Test slugify.mjs: write a test for it, and run it.',
  'Improve slugify.mjs: leave out punctuation, and run the test again.',
];

// `npm run demo --keep` gives it to npm, which hands it over in the environment.
const keep = process.argv.includes('--keep') || process.env['npm_config_keep'] === 'true';
const folder = await mkdtemp(join(tmpdir(), 'cc-executor-demo-'));
const model = await startScriptedModel({ script });
const stack = await startStack({
  say: console.log,
  env: {
    PATH: process.env['PATH'],
    HOME: folder,
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
    ANTHROPIC_API_KEY: 'made-up-key-of-the-demo',
    ANTHROPIC_BASE_URL: model.url,
  },
});
let isKept = false;
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      if (isKept) resolve();
      else void end().then(() => process.exit(1));
    });
});

async function end(): Promise<void> {
  await stack.stop();
  await model.close();
  await rm(folder, { recursive: true, force: true });
}

console.log(`POST ${stack.apiUrl}/execute with ${String(TASKS.length)} tasks`);
const accepted = await fetch(`${stack.apiUrl}/execute`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ tasks: TASKS }),
});
const { execution_id: id } = (await accepted.json()) as { execution_id: string };
console.log(`${String(accepted.status)}; following ${stack.wsUrl}/executions/${id}/stream\n`);

const socket = new WebSocket(`${stack.wsUrl}/executions/${id}/stream?after=0`);
socket.addEventListener('message', ({ data }) => {
  const line = describeEvent(JSON.parse(String(data)) as DemoEvent);
  if (line) console.log(line);
});
await new Promise((resolve) => socket.addEventListener('close', resolve));

const workspace = join(folder, 'data/workspaces', id);
for (const file of (await readdir(workspace)).filter((name) => name.endsWith('.mjs'))) {
  console.log(`\n--- ${file}, as the tools really wrote it`);
  console.log(await readFile(join(workspace, file), 'utf8'));
}
const status = (await (await fetch(`${stack.apiUrl}/executions/${id}/status`)).json()) as {
  status: string;
  progress: string;
};
console.log(`${status.status}: ${status.progress}`);
if (keep) {
  isKept = true;
  console.log(`
Everything keeps running. Look at it, for example with:
  curl ${stack.apiUrl}/executions/${id}/results
  curl ${stack.apiUrl}/executions/${id}/tasks/1/output
  a browser at ${stack.apiUrl}/docs
The files are in ${workspace}. Ctrl-C ends it and removes them.`);
  await interrupted;
}
await end();
process.exitCode = status.status === 'completed' ? 0 : 1;
