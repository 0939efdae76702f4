import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

// Schemas cost most of a short start, and tens of megabytes. What starts often, or stays beside something else, gets what it
// needs of the contracts and of the evidence by their parts, never as a whole.
const ROOT = join(import.meta.dirname, '../..');
const HOOKS = `import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (process.stderr.write('loads ' + url + '\\n'), next(url, context)) });`;
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

const STARTS = [
  'packages/agents/src/acp/call/main.ts',
  'packages/agents/src/codex/call/main.ts',
  'packages/agents/src/launch/guardian/main.ts',
  'packages/agents/src/model/call/main.ts',
  'packages/cli/src/main.ts --version',
  `packages/cli/src/main.ts run --url ${NOWHERE} true`,
  `packages/cli/src/main.ts watch 1 --url ${NOWHERE}`,
  'packages/evidence/src/workspace/thread/main.ts',
  'packages/hooks/src/module-host/main.ts',
  'packages/workspaces/src/thread/main.ts',
].map((line) => line.split(' '));

it.each(STARTS)('%s %s loads no schema', async (main, ...args) => {
  const program = [`--import=data:text/javascript,${encodeURIComponent(HOOKS)}`, main, ...args];
  const started = promisify(execFile)(process.execPath, program, { cwd: ROOT });
  // Without work, some of them end at once, and others with a fault.
  started.child.stdin?.end();
  const { stderr } = await started.catch((error: unknown) => error as { stderr: string });
  const loaded = [...stderr.matchAll(/^loads (.*)$/gm)].map(([, url = '']) => url);
  expect(loaded).toContainEqual(expect.stringMatching(new RegExp(`/${main}$`)));
  expect(loaded.filter((url) => /node_modules\/(zod|ajv|pino)\//.test(url))).toEqual([]);
});
