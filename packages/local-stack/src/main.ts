import { COMPILE_CACHE } from '@cc-executor/service-kit/compile-cache';
import { enableCompileCache } from 'node:module';

// What comes after this line is loaded from the cache.
enableCompileCache(COMPILE_CACHE);
const { runStack } = await import('./run-stack.ts');
await runStack(process.env);
