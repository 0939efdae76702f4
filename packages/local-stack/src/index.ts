export type { ServiceEntry } from './children/service.ts';
export { describeSettings, type SettingView } from './describe-settings.ts';
export { ensureRedisServer, findRedisServer } from './redis/redis-server.ts';
export { runStack } from './run-stack.ts';
export { dataDirectoryOf, keysDirectoryOf, runningStack, stopStack } from './running-stack.ts';
export { startStackDetached } from './start-detached.ts';
export { SERVICES } from './services.ts';
export { startStack, type Stack, type StartStackOptions } from './start-stack.ts';
export { tryHooks, type TriedHook } from './try-hooks.ts';
