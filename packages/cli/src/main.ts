#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What was read once is not compiled again: it halves the start. So the rest is loaded after this line.
enableCompileCache();
const { runCli } = await import('./cli.ts');
process.exitCode = await runCli(process.argv.slice(2), process.env);
