import { argumentTexts } from './called-tool.ts';
import { NOT_LINKED_IN_CONTAINERS } from './copies-option.ts';
import { checkConflicts } from './check-options.ts';
import { kindOfTask } from '../language/agents.ts';
import { echo, MOST_FAULTS } from '../language/errors.ts';
import { allNeeded } from './needs.ts';
import { byteLength, LIMITS } from '../language/limits.ts';
import { promptDefaults, type TaskDefaults } from './list-defaults.ts';
import { conflictsOf } from './prompt-options.ts';
import {
  parseTemplate,
  resolveNeed,
  resolveReference,
  type Referable,
  type Reference,
} from './references.ts';
import { neededIn, referenceFault, variantFaults, variantsIn, type VariantsInList } from './variants.ts';
import { fillVariables, TEXTS, variableFaults, type Variables } from './variables.ts';

interface ListFault {
  path: (string | number)[];
  message: string;
}

type Texts = Readonly<Record<string, unknown>>;

/**
 * Returns the errors of a list and its tasks in combination: options that exclude each other or need another one, references
 * to other tasks, variables without a value. Anything in it may have a wrong type that is already reported.
 */
export function listConflicts(list: object): ListFault[] {
  const faults: ListFault[] = [...checkConflicts(list), ...ownConflicts(list)];
  for (const fault of [
    ...taskConflicts(list),
    ...serverConflicts(list),
    ...neededConflicts(list),
    ...needConflicts(list),
    ...sharedConflicts(list),
    ...variantFaults(tasksOf(list), tasksOf(list).map(toReferable)),
    ...variableConflicts(list),
    ...templateConflicts(list),
  ]) {
    if (faults.length >= MOST_FAULTS) break;
    faults.push(fault);
  }
  return faults;
}

/** Of the list alone; what an option needs may be there for some of its tasks. */
function ownConflicts(list: object): ListFault[] {
  const isJudged = tasksOf(list).some(({ validation_prompt }) => validation_prompt !== undefined);
  return conflictsOf(list as TaskDefaults).filter(({ other }) => other !== null || !isJudged);
}

function* taskConflicts(list: object): Generator<ListFault> {
  for (const [index, task] of tasksOf(list).entries()) {
    if (task['command'] !== undefined || task['tool'] !== undefined) continue;
    for (const { path, message, other } of conflictsOf(promptDefaults(list, task)))
      if (other === null && task[String(path[0])] !== undefined)
        yield { path: ['tasks', index, ...path], message };
  }
}

/** Options without which an agent can do nothing. */
const NEEDED: Readonly<Record<string, 'model' | 'acp'>> = { model: 'model', acp: 'acp' };

function* neededConflicts(list: object): Generator<ListFault> {
  const ofList = list as Texts;
  for (const [index, task] of tasksOf(list).entries()) {
    const agent = String(task['agent']);
    const name = Object.hasOwn(NEEDED, agent) ? NEEDED[agent] : undefined;
    if (name !== undefined && (task[name] ?? ofList[name]) === undefined)
      yield { path: ['tasks', index, name], message: `must be given for the agent "${agent}"` };
  }
}

/** A call of a tool needs its server, which the task or the list has. */
function* serverConflicts(list: object): Generator<ListFault> {
  const { mcp_servers: ofList } = list as Texts;
  for (const [index, { tool, mcp_servers: servers = ofList }] of tasksOf(list).entries()) {
    if (!isRecord(tool) || typeof tool['server'] !== 'string') continue;
    const known = isRecord(servers) ? Object.keys(servers) : [];
    if (known.includes(tool['server'])) continue;
    const path = ['tasks', index, 'tool', 'server'];
    const names = known.slice(0, 10).map((name) => echo(name));
    const has = known.length === 0 ? 'there are none' : `there is ${names.join(', ')}`;
    yield { path, message: `is "${echo(tool['server'])}", which is not in mcp_servers: ${has}` };
  }
}

function* needConflicts(list: object): Generator<ListFault> {
  const tasks = tasksOf(list);
  const referable = tasks.map(toReferable);
  for (const [index, { needs, when }] of tasks.entries()) {
    const given = Array.isArray(needs) ? (needs as unknown[]) : null;
    if (when === 'failure' && (given ? given.length === 0 : needs === undefined && index === 0))
      yield { path: ['tasks', index, 'when'], message: 'is "failure", but it needs no task that could fail' };
    const known = new Set<number>();
    for (const [place, need] of given?.entries() ?? []) {
      if (typeof need !== 'string' && !Number.isInteger(need)) continue;
      const found = resolveNeed(need as number | string, referable, index);
      const fault =
        typeof found === 'string' ? found : known.has(found) ? `names task ${String(found + 1)} again` : null;
      if (fault !== null) yield { path: ['tasks', index, 'needs', place], message: fault };
      if (typeof found === 'number') known.add(found);
    }
  }
}

/** Commits are of one task alone, and containers have no links to files of others. */
function* sharedConflicts(list: object): Generator<ListFault> {
  const { repository, isolation, copies } = list as Texts;
  if (isolation === 'container' && isRecord(copies) && copies['link'] !== undefined)
    yield { path: ['copies', 'link'], message: NOT_LINKED_IN_CONTAINERS };
  const commits = isRecord(repository) && (repository['commit'] ?? 'per_task') === 'per_task';
  for (const [index, { shared }] of tasksOf(list).entries()) {
    if (shared !== true) continue;
    const path = ['tasks', index, 'shared'];
    if (commits)
      yield {
        path,
        message:
          'excludes a repository whose tasks are committed, as no commit would be of one task alone; "commit": "none" goes with it',
      };
  }
}

function* variableConflicts(list: object): Generator<ListFault> {
  const { vars, checks } = list as { vars?: unknown; checks?: unknown };
  if (!isRecord(vars)) return;
  yield* inTexts({ checks, ...textsOf(list as Texts) }, vars, []);
  for (const [index, task] of tasksOf(list).entries())
    yield* inTexts(task, vars, typeof listTasks(list)[index] === 'string' ? null : ['tasks', index], index);
}

function* inTexts(
  of: Texts,
  vars: Readonly<Record<string, unknown>>,
  at: (string | number)[] | null,
  index = 0,
): Generator<ListFault> {
  const pathOf = (...names: (string | number)[]) => (at === null ? ['tasks', index] : [...at, ...names]);
  for (const name of TEXTS) {
    const text = of[name];
    if (typeof text !== 'string') continue;
    const faults = variableFaults(text, vars);
    for (const message of faults) yield { path: pathOf(name), message };
    const limit = name === 'command' ? LIMITS.commandBytes : LIMITS.promptBytes;
    if (faults.length === 0 && byteLength(fillVariables(text, vars as Variables)) > limit)
      yield { path: pathOf(name), message: `has more than ${String(limit)} bytes with its variables` };
  }
  for (const { path, text } of argumentsOf(of))
    for (const message of variableFaults(text, vars)) yield { path: pathOf(...path), message };
  const checks: unknown[] = Array.isArray(of['checks']) ? of['checks'] : [];
  for (const [place, check] of checks.entries())
    if (typeof check === 'string')
      for (const message of variableFaults(check, vars)) yield { path: pathOf('checks', place), message };
}

function* templateConflicts(list: object): Generator<ListFault> {
  const { template: isDefault, vars } = list as { template?: unknown; vars?: unknown };
  const tasks = tasksOf(list);
  const referable = tasks.map(toReferable);
  const variants = variantsIn(tasks, referable);
  const needs = neededIn(tasks, referable, variants);
  const isPlain = !tasks.some(({ needs: own, pick: from }) => Array.isArray(own) || from !== undefined);
  for (const [index, task] of tasks.entries()) {
    const { prompt, template = isDefault } = task;
    if (template !== true) continue;
    const isText = typeof listTasks(list)[index] === 'string';
    const texts = typeof prompt === 'string' ? [{ path: isText ? [] : ['prompt'], text: prompt }] : [];
    for (const { path, text } of [...texts, ...argumentsOf(task)]) {
      if (isRecord(vars) && variableFaults(text, vars).length > 0) continue;
      const filled = isRecord(vars) ? fillVariables(text, vars as Variables, true) : text;
      for (const message of templateFaults(filled, referable, { index, needs, variants, isPlain }))
        yield { path: ['tasks', index, ...path], message };
    }
  }
}

/** The texts in the arguments of a call, each with its path in the task. */
function argumentsOf({ tool }: Texts) {
  const { arguments: given } = isRecord(tool) ? tool : {};
  return argumentTexts(given).map(({ path, text }) => ({ path: ['tool', 'arguments', ...path], text }));
}

function* templateFaults(
  prompt: string,
  tasks: readonly Referable[],
  {
    index,
    needs,
    variants,
    isPlain,
  }: {
    index: number;
    needs: readonly (readonly number[])[];
    variants: VariantsInList;
    /** No task says what it needs: each needs all before it. */
    isPlain: boolean;
  },
): Generator<string> {
  const { parts, faults } = parseTemplate(prompt);
  yield* faults;
  let before: ReadonlySet<number> | null = null;
  const resolved = new Map<Reference, number | string>();
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const found = resolved.get(part) ?? resolveReference(part, tasks, index);
    resolved.set(part, found);
    if (typeof found === 'string') {
      yield found;
      continue;
    }
    const fault = referenceFault(part.text, { found, index }, variants, needs);
    if (fault !== null) yield fault;
    else if (!isPlain && !(before ??= allNeeded(needs, index)).has(found))
      yield `${echo(part.text)}: task ${String(found + 1)} is not among what this task needs`;
  }
}

function toReferable({ name, ...task }: Texts): Referable {
  return { name: typeof name === 'string' ? name : null, hasStderr: kindOfTask(task) !== 'prompt' };
}

function listTasks(list: object): readonly unknown[] {
  const { tasks } = list as { tasks?: unknown };
  return Array.isArray(tasks) ? tasks : [];
}

/** The tasks as objects; what is none has nothing in it. */
function tasksOf(list: object): Texts[] {
  return listTasks(list).map((task) => {
    if (typeof task === 'string') return { prompt: task };
    return isRecord(task) ? task : {};
  });
}

function textsOf(list: Texts): Texts {
  return { append_system_prompt: list['append_system_prompt'], validation_prompt: list['validation_prompt'] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
