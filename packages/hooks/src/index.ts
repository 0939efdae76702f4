export { HookBook } from './hook-book.ts';
export { viewOf, type HookDefinition } from './hook.ts';
export { readHooks, type HooksPlace } from './read-hooks.ts';
export { runHook, type Answer, type HookPorts, type HookRun } from './run-hook.ts';
export { sampleContext } from './sample-context.ts';
