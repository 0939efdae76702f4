import type { AuthStatus } from '@cc-executor/contracts';
import { consume, listenForControl } from '@cc-executor/executions-redis';
import type { Lane } from '@cc-executor/executions';
import { machineConcurrency, version, type StartContext } from '@cc-executor/service-kit';
import { availableParallelism, hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Announcer } from './announcer.ts';
import type { WorkerConfig } from './config.ts';
import type { WorkerDependencies } from './dependencies.ts';
import { runExecution } from './executions/run-execution.ts';

/** Starts taking executions; gives what the worker tells when it is ready. */
export async function buildWorker(
  { redis, subscriber, ports, directory, auth }: WorkerDependencies,
  { config, logger, onClose }: StartContext<WorkerConfig>,
) {
  const slots = slotsOf(config, await auth.read());
  const running = { prompts: 0, commands: 0 };
  const onError = (error: unknown) => logger.error({ err: error }, 'a wake-up failed');
  const announcer = new Announcer(directory, logger, async () => ({
    worker: ports.worker,
    host: hostname(),
    pid: process.pid,
    version,
    lanes: {
      prompts: { slots: slots.prompts, running: running.prompts },
      commands: { slots: slots.commands, running: running.commands },
    },
    auth: await auth.read(),
  }));
  await announcer.start();
  onClose('announcement', () => announcer.close());

  await listenForControl(subscriber, (executionId) => ports.holds.look(executionId));
  const lane = (name: Lane) =>
    consume({
      redis,
      lane: name,
      slots: slots[name],
      onError,
      onWakeUp: async (executionId) => {
        running[name] += 1;
        try {
          await runExecution(ports, executionId);
        } finally {
          running[name] -= 1;
        }
      },
    });
  const lanes = [lane('prompts'), lane('commands')];
  onClose('lanes', async () => {
    const closed = Promise.all(lanes.map((consumer) => consumer.close()));
    ports.holds.finish();
    await Promise.race([closed, delay(config.CC_EXECUTOR_DRAIN * 1000, undefined, { ref: false })]);
    ports.holds.drain();
    await closed;
  });
  return { worker: ports.worker, slots };
}

/** A login that is shared by processes is refreshed by one at a time: one agent, unless the user asks for more. */
function slotsOf(config: WorkerConfig, { method }: AuthStatus): Record<Lane, number> {
  const fitting = method === 'claude_login' ? 1 : machineConcurrency();
  return {
    prompts: config.CC_EXECUTOR_CONCURRENCY ?? fitting,
    commands: Math.max(16, 4 * availableParallelism()),
  };
}
