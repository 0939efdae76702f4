export * from '@cc-executor/scripted-model';
export { NOBODY, runAsUser } from './as-user.ts';
export { allContainers, CONTAINERS, containersOf } from './containers.ts';
export { freePort } from './free-port.ts';
export { needs } from './needs.ts';
export { childrenOf, processesWith, processIsAlive } from './processes.ts';
export {
  attemptAppend,
  endAppend,
  eventToStore,
  outputAppend,
  SAMPLE_END,
  submitList,
} from './sample-executions.ts';
export { sampleRow } from './sample-rows.ts';
export { rounds } from './rounds.ts';
export { serviceContext } from './service-context.ts';
export { startRedis, type TestRedis } from './redis.ts';
export { toolServer, type ToolServerFault } from './tool-server.ts';
export { waitFor } from './wait-for.ts';
export { codexProgram } from './codex-program.ts';
export { acpFake, installAcpAgents } from './acp/programs.ts';
export type { AcpScript, AcpStep } from './acp/steps.ts';
