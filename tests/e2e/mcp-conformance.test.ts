import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const PROGRAM = join(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'),
  '../dist/index.js',
);
/** What needs no tools of the test's own; the other scenarios call those of a sample server. */
const SCENARIOS = [
  'server-initialize',
  'ping',
  'tools-list',
  'prompts-list',
  'resources-list',
  'dns-rebinding-protection',
];

let under: StackUnderTest;
let folder: string;
beforeAll(async () => {
  under = await startStackUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'cc-conformance-'));
});
afterAll(async () => {
  await under.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

it.each(SCENARIOS)("passes the protocol's own check: %s", async (scenario) => {
  const args = [PROGRAM, 'server', '--url', `${under.stack.apiUrl}/mcp`, '--scenario', scenario];
  // It writes its results where it stands.
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(said).toMatch(/Passed: (\d)\/\1, 0 failed, 0 warnings/);
  expect(code).toBe(0);
});
