#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// A task that runs "pkill -f node" must not end the commands that follow it.
process.title = 'cc-executor';
// The compile cache halves the start. So the rest is loaded after this line.
enableCompileCache();
const { runCli } = await import('./cli.ts');
process.exitCode = await runCli(process.argv.slice(2), process.env);
