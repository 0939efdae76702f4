export { ensureRedisServer } from './redis/redis-server.ts';
export type { ServiceEntry } from './children/service.ts';
export { SERVICES } from './services.ts';
export { startStack, type Stack, type StartStackOptions } from './start-stack.ts';
