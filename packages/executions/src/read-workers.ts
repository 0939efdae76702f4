import type { WorkersView, WorkerView } from '@cc-executor/contracts';
import type { WorkerDirectory, WorkerReport } from './ports/workers.ts';

/** Returns who works, without what concerns nobody else: hosts, processes and paths. */
export async function readWorkers(
  directory: Pick<WorkerDirectory, 'list'>,
  now = new Date(),
): Promise<WorkersView['workers']> {
  const reports = await directory.list();
  return reports.map((report) => viewOf(report, now)).toSorted((a, b) => (a.worker < b.worker ? -1 : 1));
}

function viewOf(report: WorkerReport, now: Date): WorkerView {
  const { worker, version, since, lanes, budget, auth, plan = [], machine } = report;
  const open = plan.filter(({ resets_at: at }) => at === null || Date.parse(at) > now.getTime());
  return {
    worker,
    version,
    since,
    lanes: { prompts: lanes.prompts, commands: lanes.commands },
    agents: budget.agents,
    credential: { status: auth.status, method: auth.method },
    plan: open.map(({ limit, used, resets_at }) => ({ limit, used, resets_at })),
    machine: machine
      ? {
          load_per_core: machine.load_per_core,
          cpu_busy: machine.cpu_busy,
          available_memory: machine.available_memory,
        }
      : null,
  };
}
