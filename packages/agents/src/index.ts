export * from './agent.ts';
export type * from './launch/launch.ts';
export { commandAgent } from './command/command-agent.ts';
export { commandEnvironment } from './environment.ts';
export { LocalLauncher } from './launch/local.ts';
export { claudeAgent } from './claude/claude-agent.ts';
export { claudeAuthStatus } from './claude/auth-status.ts';
export { configDirectoryOf } from './claude/config-directory.ts';
