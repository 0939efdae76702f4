import type { ExecutionView } from '@cc-executor/sdk';
import { stringify } from 'yaml';

/** Which agent runs a task that names none. */
const USUAL: Readonly<Record<string, string>> = { prompt: 'claude', command: 'command', tool: 'tool' };

/**
 * Returns the tasks of an execution as YAML, to make another list of them: with the options that each had, also by its list,
 * and without what an execution does not show, as secrets of MCP servers.
 */
export function listText({ on_failure, labels, tasks }: ExecutionView): string {
  const list = {
    ...(on_failure === 'stop' ? {} : { on_failure }),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
    tasks: tasks.map(({ name, kind, text, agent, timeout, retries, needs, when, options, ...rest }) => {
      const { checks, on_check_failure, max_fixes } = rest;
      const given = {
        name: name ?? undefined,
        [kind]: kind === 'tool' ? (JSON.parse(text) as unknown) : text,
        agent: agent === USUAL[kind] ? undefined : agent,
        timeout: timeout ?? undefined,
        retries: retries || undefined,
        needs,
        when,
        checks,
        on_check_failure,
        max_fixes,
        ...options,
      };
      return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    }),
  };
  return stringify(list, { lineWidth: 100 });
}
