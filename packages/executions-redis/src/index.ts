export { connect, type Patience } from './connection.ts';
export { consume, type Consumer } from './consume.ts';
export { listenForControl } from './control.ts';
export { checkDurability, checkInstallation } from './installation.ts';
export { RedisEndedExecutions } from './ended.ts';
export { RedisEventLog } from './log.ts';
export { Outbox } from './outbox.ts';
export { RedisExecutionStore } from './store.ts';
export { RedisWorkerDirectory } from './workers.ts';
