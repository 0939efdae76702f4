import type { HookStatus } from '@cc-executor/contracts';
import type { WorkerDirectory } from './ports/workers.ts';

/** The number of recent hook runs that are reported. */
const RECENT = 20;

/** Returns the hooks of all workers; the same hook of several workers is reported once. */
export async function readHookStatus(directory: Pick<WorkerDirectory, 'list'>): Promise<HookStatus> {
  const reports = (await directory.list()).flatMap(({ hooks }) => hooks ?? []);
  const hooks = new Map(
    reports
      .flatMap((report) => report.hooks)
      .map((hook) => [`${hook.stage} ${hook.name} ${hook.source}`, hook]),
  );
  const statistics: Record<string, number> = {};
  for (const [name, count] of reports.flatMap((report) => Object.entries(report.statistics)))
    statistics[name] = (statistics[name] ?? 0) + count;
  return {
    enabled: hooks.size > 0,
    hooks_configured: [...new Set([...hooks.values()].map(({ stage }) => stage))],
    hooks: [...hooks.values()],
    recent_executions: reports
      .flatMap((report) => report.recent_executions)
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, RECENT),
    statistics,
  };
}
