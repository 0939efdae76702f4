#!/usr/bin/env node
// The command in a clone of the repository: `npx cc-executor` runs it, also before the folder is set up.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildPage, nodeOf, ROOT, setUp } from './set-up.mjs';

const MAIN = join(ROOT, 'packages/cli/src/main.ts');

if (!(await setUp('run'))) process.exit(1);
// The server shows it.
if (process.argv[2] === 'server') buildPage();
if (nodeOf() === process.execPath) await import(MAIN);
else {
  const child = spawn(nodeOf(), [MAIN, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches both; the command decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])
    process.on(signal, () => signal === 'SIGINT' || signal === 'SIGQUIT' || child.kill(signal));
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
