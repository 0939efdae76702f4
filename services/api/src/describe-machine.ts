import type { WorkerReport } from '@cc-executor/executions';

const GIB = 1024 ** 3;

/** Returns a worker's report on its machine, in words; '' if there is none yet. */
export function describeMachine({ machine, agent_memory = 0, processes }: WorkerReport): string {
  // A worker of an earlier version reports less.
  if (machine?.gpus === undefined || machine.available_memory === null) return '';
  const { load_per_core, cpu_busy, available_memory, gpus } = machine;
  const memory = `${inGib(available_memory)} GiB of memory available`;
  const isShort = available_memory < agent_memory;
  return [
    ...(cpu_busy === null ? [] : [`processors ${percent(cpu_busy)} busy`]),
    ...gpus.map(gpuTold),
    `load ${load_per_core.toFixed(2)} per core, ${memory}`,
    ...(processes === undefined ? [] : [`processes of tasks are found by ${processes}`]),
    ...(isShort
      ? [`prompts wait for memory: ${inGib(agent_memory)} GiB are needed (CC_EXECUTOR_AGENT_MEMORY)`]
      : []),
  ].join('; ');
}

function gpuTold({
  busy,
  memory_used,
  memory_total,
}: NonNullable<WorkerReport['machine']>['gpus'][number]): string {
  const work = busy === null ? [] : [`${percent(busy)} busy`];
  const memory =
    memory_used === null || memory_total === null
      ? []
      : [`${inGib(memory_used)} of ${inGib(memory_total)} GiB used`];
  return `GPU ${[...work, ...memory].join(', ') || 'unknown'}`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}

function inGib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}
