import { connect, RedisWorkerDirectory } from '@cc-executor/executions-redis';
import { readConfig } from '@cc-executor/service-kit';
import { hostname } from 'node:os';
import { workerSettings } from '../config.ts';

// Exits with 0 if a worker of this host (or container) is alive, else with 1: for a container's health check.
const redis = connect(readConfig(workerSettings, process.env).REDIS_URL, 'impatient', () => undefined);
try {
  await redis.connect();
  const workers = await new RedisWorkerDirectory(redis).list();
  process.exitCode = workers.some((worker) => worker.host === hostname()) ? 0 : 1;
} catch {
  process.exitCode = 1;
} finally {
  redis.disconnect();
}
