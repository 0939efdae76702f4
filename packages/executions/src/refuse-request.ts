import { numbered } from '@cc-executor/contracts/task-numbers';
import {
  CcError,
  HELPER_ROLES,
  helperOf,
  invalidRequest,
  listIndexOf,
  placesOf,
  type AgentName,
  type ExecuteRequest,
  type Fault,
  type PromptOptions,
} from '@cc-executor/contracts';
import { isolationOf, usualIsolation, type IsolationRule } from './isolation.ts';
import type { NamedAgent } from './agents.ts';
import { refuseFindings } from './findings.ts';
import type { Workspaces } from './ports/workspaces.ts';
import { checkingOf, tasksOf } from './make-record.ts';
import { unnamedHosts } from './named-hosts.ts';
import { type TaskRecord } from './record.ts';

/** The checks of a server for a request. */
export interface RequestPorts {
  workspaces: Pick<Workspaces, 'resolve'>;
  /** The kinds of isolation that lists may use. */
  isolation: IsolationRule;
  /** Throws COMMAND_NOT_ALLOWED if one of them is not allowed here; `path`: its place in the request. */
  checkCommands: (commands: readonly { path: string; command: string }[]) => void;
  /** Throws INVALID_REQUEST if no worker has one of these agents. */
  checkAgents: (named: readonly NamedAgent[]) => Promise<void>;
  /** Throws TOKEN_LIMIT or INVALID_REQUEST if one of them is too long or requests something impossible. */
  checkPrompts: (
    prompts: readonly {
      task: number;
      text: string;
      options: PromptOptions;
      boxed: boolean;
      agent: AgentName;
    }[],
  ) => Promise<void>;
}

/**
 * Throws what this server has against a request that fits the schema, all of it at once: WORKSPACE_INVALID,
 * COMMAND_NOT_ALLOWED or TOKEN_LIMIT where it is one of them, else INVALID_REQUEST.
 */
export async function refuseRequest(ports: RequestPorts, request: ExecuteRequest): Promise<void> {
  const tasks = tasksOf(request);
  const boxed = usualIsolation(ports.isolation, request) === 'container';
  const prompts = numbered(tasks).flatMap(([number, task]) =>
    task.kind === 'prompt' && isFirst(task)
      ? [{ task: number, text: task.text, options: task.options, boxed, agent: task.agent }]
      : [],
  );
  const refused = await refusals([
    async () => request.workspace !== undefined && (await ports.workspaces.resolve(request.workspace)),
    () => ports.checkCommands(commandsOf(tasks, checkingOf(request))),
    async () => await ports.checkPrompts(prompts),
    () => isolationOf(ports.isolation, request),
    () => boxed && refuseUnnamedHosts(tasks, request),
    async () =>
      await ports.checkAgents(
        tasks
          .flatMap((task, index) => (isFirst(task) ? namedBy(task, index) : []))
          .map((one) => ({ ...one, boxed })),
      ),
    async () => request.strict === true && (await refuseFindings({ tasks })),
  ]);
  const [first] = refused;
  if (first === undefined) return;
  const sent = (path: string) => asSent(path, request);
  if (refused.length === 1) throw withPaths(first, sent);
  const errors = refused.flatMap(
    ({ details, message }): readonly Fault[] => details.errors ?? [{ path: '', message }],
  );
  const more = `${first.message} (and ${String(errors.length - (first.details.errors?.length ?? 1))} more)`;
  throw withPaths(new CcError('INVALID_REQUEST', more, { errors }), sent);
}

/** Returns an error with other paths, in its faults and at the beginning of its sentence. */
export function withPaths(error: CcError, rename: (path: string) => string): CcError {
  const { code, message, details } = error;
  if (details.errors === undefined) return error;
  const renamed = details.errors.map((fault) => ({ ...fault, path: rename(fault.path) }));
  // What stands at the list is wrong for each of its tasks.
  const isFirstOf = (fault: Fault, index: number) =>
    renamed.findIndex(({ path, message: of }) => path === fault.path && of === fault.message) === index;
  const errors = renamed.filter(isFirstOf);
  const old = details.errors[0]?.path ?? '';
  const isNamed = old !== '' && message.startsWith(old);
  const told = isNamed ? `${errors[0]?.path ?? ''}${message.slice(old.length)}` : message;
  return new CcError(code, told, { ...details, errors });
}

/** Of variants, which are the same, one speaks for all. */
function isFirst(task: Pick<TaskRecord, 'variant'> | undefined): boolean {
  return (task?.variant?.number ?? 1) === 1;
}

/** Where a fault is in what the caller sent: a task may be a string there, and its option stand at the list. */
function asSent(path: string, request: ExecuteRequest): string {
  const [before = '', place] = /^tasks\[(\d+)\]/.exec(path) ?? [];
  if (before === '') return path;
  const index = listIndexOf(placesOf(request.tasks), Number(place));
  const whole = `tasks[${String(index)}]`;
  const rest = path.slice(before.length);
  const [, name = ''] = /^\.(\w+)/.exec(rest) ?? [];
  const task = request.tasks[index];
  if (name === 'prompt' && typeof task === 'string') return whole;
  const isOwn = name === '' || (typeof task === 'object' && name in task);
  return !isOwn && name in request ? rest.slice(1) : `${whole}${rest}`;
}

/** Returns the rejections of several checks. Other errors are thrown. */
async function refusals(checks: readonly (() => unknown)[]): Promise<CcError[]> {
  const refused: CcError[] = [];
  for (const check of checks)
    try {
      await check();
    } catch (error) {
      if (!(error instanceof CcError) || error.code === 'STORE_UNAVAILABLE') throw error;
      refused.push(error);
    }
  return refused;
}

/** Returns the agents that a task names, with the place of what a worker may not have. */
function namedBy({ agent, options }: TaskRecord, index: number): NamedAgent[] {
  const path = `tasks[${String(index)}]`;
  const placed = (at: string, one: AgentName, acp: PromptOptions['acp']) =>
    typeof acp === 'string' && one === 'acp'
      ? { path: `${at}acp`, agent: one, program: acp }
      : { path: `${at}agent`, agent: one };
  return [
    placed(`${path}.`, agent, options.acp),
    ...helpersOf(options).map(({ name, helper }) =>
      typeof options[name] === 'string'
        ? { path: `${path}.${name}`, agent: helper.agent }
        : placed(`${path}.${name}.`, helper.agent, helper.acp),
    ),
  ];
}

/** Throws where a task in a container names an address that the container may not reach. */
function refuseUnnamedHosts(tasks: readonly TaskRecord[], { network }: ExecuteRequest): void {
  const faults = tasks.flatMap((task, index) =>
    isFirst(task)
      ? unnamedHosts(task, network).map(({ path, message }) => ({
          path: `tasks[${String(index)}].${path}`,
          message,
        }))
      : [],
  );
  if (faults.length > 0) throw invalidRequest(faults);
}

/** The agents beside that of a task that it names. */
function helpersOf(options: PromptOptions) {
  return HELPER_ROLES.flatMap((role) => {
    const name = `${role}_agent` as const;
    const given = options[name];
    return given === undefined ? [] : [{ name, helper: helperOf(given) }];
  });
}

/** Returns everything that a shell would run, by its place in the request. */
function commandsOf(
  tasks: readonly TaskRecord[],
  checking: TaskRecord['checking'],
): { path: string; command: string }[] {
  const checksAt = (path: string, { checks = [] }: TaskRecord['checking']) =>
    checks.map((command, index) => ({ path: `${path}checks[${String(index)}]`, command }));
  const ofTasks = tasks.flatMap((task, index) => {
    if (!isFirst(task)) return [];
    const { kind, text, options, checking: own } = task;
    const path = `tasks[${String(index)}].`;
    const command = kind === 'command' ? [{ path: `${path}command`, command: text }] : [];
    return [...command, ...serversAt(path, kind, options), ...checksAt(path, own)];
  });
  return [...ofTasks, ...checksAt('', checking)];
}

/** Returns the programs that a call of a tool, or agents named by their commands, start. */
function serversAt(
  path: string,
  kind: TaskRecord['kind'],
  options: PromptOptions,
): { path: string; command: string }[] {
  const { mcp_servers = {}, acp } = options;
  const all = [
    { at: 'acp', acp },
    ...helpersOf(options).map(({ name, helper }) => ({ at: `${name}.acp`, acp: helper.acp })),
  ];
  const programs = all.flatMap(({ at, acp: named }) =>
    typeof named === 'object' ? [{ path: `${path}${at}.command`, command: `"${named.command}"` }] : [],
  );
  if (kind !== 'tool') return programs;
  return Object.entries(mcp_servers).flatMap(([name, { command }]) =>
    // Quoted: it is one word, whatever is in it.
    command === undefined ? [] : [{ path: `${path}mcp_servers.${name}.command`, command: `"${command}"` }],
  );
}
