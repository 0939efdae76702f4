import { createHash } from 'node:crypto';

/** The names of keys in Redis. The scripts build the same names: change both. */
export const KEYS = {
  execution: (id: string) => `cc:execution:${id}`,
  log: (id: string) => `cc:log:${id}`,
  live: (id: string) => `cc:live:${id}`,
  index: (status: string | null) => (status ? `cc:executions:${status}` : 'cc:executions'),
  idempotency: (key: string) => `cc:idempotency:${createHash('sha256').update(key).digest('base64url')}`,
  family: (root: string) => `cc:family:${root}`,
  worker: (worker: string) => `cc:worker:${worker}`,
  workers: 'cc:workers',
  credential: (fingerprint: string) => `cc:credential:${fingerprint}`,
  outage: (name: string) => `cc:outage:${name}`,
  outageWaiting: (name: string) => `cc:outage-waiting:${name}`,
  olderPlaced: 'cc:older-placed',
  restores: 'cc:restores',
  suspect: 'cc:suspect',
  held: 'cc:held',
  ended: 'cc:ended',
  toArchive: 'cc:to-archive',
  outbox: 'cc:outbox',
  feed: 'cc:feed',
  feedLog: 'cc:feed-log',
  feedLive: 'cc:feed-live',
  control: 'cc:control',
  installation: 'cc:installation',
  queues: 'cc:queue',
  runs: (level: string) => `cc:runs:${level}`,
  runLevels: 'cc:run-levels',
} as const;

/** The keys of most scripts: an execution's hash and its log. */
export function keysOf(executionId: string): string[] {
  return [KEYS.execution(executionId), KEYS.log(executionId)];
}
