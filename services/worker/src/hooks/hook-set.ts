import type { BuiltInHook, HookStatus, HookView } from '@cc-executor/contracts';
import { BUILT_IN_HOOKS, BUILT_IN_HOOK_NAMES } from '@cc-executor/contracts';
import { HookBook, viewOf, type HookDefinition, type HookPorts } from '@cc-executor/hooks';

export interface HookSetOptions {
  definitions: readonly HookDefinition[];
  builtIn: readonly BuiltInHook[];
  ports: HookPorts;
  /** The PATH of tasks. */
  searchPath: string;
}

const STAGE_OF = {
  metrics: 'post_execution',
  workspace: 'pre_task',
  review: 'post_task',
} as const satisfies Record<BuiltInHook, HookView['stage']>;

/** The hooks of a worker, with the results of their runs. */
export class HookSet {
  readonly definitions: readonly HookDefinition[];
  readonly builtIn: ReadonlySet<BuiltInHook>;
  readonly ports: HookPorts;
  readonly searchPath: string;
  readonly book = new HookBook();

  constructor({ definitions, builtIn, ports, searchPath }: HookSetOptions) {
    this.definitions = definitions;
    this.builtIn = new Set(builtIn);
    this.ports = ports;
    this.searchPath = searchPath;
  }

  /** Returns their status. */
  report(): HookStatus {
    const views = this.definitions.map(viewOf);
    const hooks = [
      ...BUILT_IN_HOOK_NAMES.filter((name) => this.builtIn.has(name)).map(viewOfBuiltIn),
      ...views,
    ];
    const { recent, statistics } = this.book;
    return {
      enabled: hooks.length > 0,
      hooks_configured: [...new Set(hooks.map(({ stage }) => stage))],
      hooks,
      recent_executions: recent,
      statistics,
    };
  }
}

function viewOfBuiltIn(name: BuiltInHook): HookView {
  const source = `built in: ${BUILT_IN_HOOKS[name]}`;
  return { name, stage: STAGE_OF[name], source, required: false, timeout: null };
}
