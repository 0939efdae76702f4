export * from './request.ts';
export * from './say.ts';
export * from './start.ts';
export type { Reply } from './reply.ts';
export type { Conversation, Script } from './script.ts';
