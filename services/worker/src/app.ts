import type { AuthStatus } from '@cc-executor/contracts';
import { consume, listenForControl, type Consumer } from '@cc-executor/executions-redis';
import type { Lane } from '@cc-executor/executions';
import {
  hostId,
  machineBudget,
  version,
  type AgentBudget,
  type StartContext,
} from '@cc-executor/service-kit';
import { within } from '@cc-executor/service-kit/within';
import { hostname } from 'node:os';
import { Admission } from './admission.ts';
import { shareOf } from './agent-share.ts';
import { Announcer } from './announcer.ts';
import type { WorkerConfig } from './config.ts';
import type { WorkerDependencies } from './dependencies.ts';
import { runExecution } from './running/run-execution.ts';
import type { MachineSample } from './machine/following.ts';

const LANES = ['prompts', 'commands'] as const;

/** Starts taking executions. Returns what the worker reports when it is ready. */
export async function buildWorker(
  { redis, subscriber, faults, ports, directory, auth, probes, machine }: WorkerDependencies,
  { config, logger, onClose }: StartContext<WorkerConfig>,
) {
  const me = {
    worker: ports.worker,
    since: new Date().toISOString(),
    budget: budgetOf(config, await auth.read()),
  };
  const { slots } = ports;
  const lanes: Partial<Record<Lane, Consumer>> = {};
  const admission = new Admission(config.CC_EXECUTOR_AGENT_MEMORY, logger);
  let sample: MachineSample | undefined;
  const announcer = new Announcer({
    directory,
    worker: ports.worker,
    onError: faults.of('announcing this worker'),
    report: async () => {
      const credential = await auth.read();
      return {
        ...me,
        host: hostname(),
        pid: process.pid,
        version,
        lanes: {
          prompts: slots.of('prompts'),
          commands: slots.of('commands'),
        },
        processes: ports.processes,
        as_root: process.getuid?.() === 0,
        auth: credential,
        agents: probes.look(credential),
        ...(ports.hooks && { hooks: ports.hooks.report() }),
        plan: await ports.credential.plan(),
        machine: (sample = await machine.look()),
        agent_memory: config.CC_EXECUTOR_AGENT_MEMORY,
      };
    },
    onWorkers: (workers) => {
      const share = shareOf(me, workers);
      const { running } = slots.of('prompts');
      slots.set('prompts', admission.slots(share, running, sample?.available_memory ?? null));
    },
  });
  slots.onChange = () => {
    for (const name of LANES) lanes[name]?.setSlots(slots.forExecutions(name));
  };
  await announcer.start();
  onClose('announcement', () => announcer.close());

  await listenForControl(subscriber, (executionId) => ports.leases.recheck(executionId));
  for (const name of LANES)
    lanes[name] = consume({
      redis,
      lane: name,
      slots: slots.forExecutions(name),
      onError: faults.of('taking a wake-up'),
      onWakeUp: async (executionId) => {
        // Its slots may have been reassigned while it received this wake-up: another worker has them.
        const release = slots.enter(name);
        if (release === null) return await ports.store.wake(executionId);
        try {
          await runExecution(ports, executionId);
        } finally {
          release();
        }
      },
    });
  onClose('lanes', async () => {
    const closed = Promise.all(Object.values(lanes).map((consumer) => consumer.close()));
    ports.leases.finish();
    await within(closed, config.CC_EXECUTOR_DRAIN * 1000, null);
    ports.leases.drain();
    await closed;
  });
  return {
    worker: ports.worker,
    slots: { prompts: slots.of('prompts').slots, commands: slots.of('commands').slots },
  };
}

/**
 * Returns how many agents the workers of this host run at a time. A login that is shared by processes must be refreshed by
 * one at a time: one agent, unless the user sets more.
 */
function budgetOf(config: WorkerConfig, { method }: AuthStatus): AgentBudget {
  const fitting = machineBudget();
  if (config.CC_EXECUTOR_CONCURRENCY !== undefined)
    return { scope: fitting.scope, agents: config.CC_EXECUTOR_CONCURRENCY };
  return method === 'claude_login' ? { scope: `login ${hostId()}`, agents: 1 } : fitting;
}
