import { echo, MOST_FAULTS } from '../language/errors.ts';

/** The fields that a reference can name. */
const FIELDS = ['result', 'stderr'] as const;

/** A reference of a template to an earlier task. */
export interface Reference {
  /** The text of the reference, including its braces. */
  text: string;
  /** The task's number from 1, or its name. */
  task: string;
  /** `result`: a prompt's answer, a command's stdout, the text that a tool gave. */
  field: (typeof FIELDS)[number];
}

/** The tasks that references can name: their names, and whether they have a stderr, as all but prompts do. */
export interface Referable {
  /** Its name; null: only its number can name it. */
  name: string | null;
  /** Whether `stderr` of it can be named. */
  hasStderr: boolean;
}

// Two braces start a reference; four stand for two; a third one before a reference is literal.
const PARTS = /\{\{\{\{|\{\{([^{}]*)\}\}|\{\{(?!\{)/g;

/** Returns the parts of a template: literal text and references, and in `faults` a sentence for each of the first invalid ones. */
export function parseTemplate(template: string): { parts: (string | Reference)[]; faults: string[] } {
  const parts: (string | Reference)[] = [];
  const faults: string[] = [];
  const known = new Map<string, Reference | null>();
  let from = 0;
  for (const found of template.matchAll(PARTS)) {
    parts.push(template.slice(from, found.index));
    from = found.index + found[0].length;
    let reference = known.get(found[0]);
    if (reference === undefined) known.set(found[0], (reference = referenceOf(found[0], found[1])));
    if (found[0] === '{{{{') parts.push('{{');
    else if (reference) parts.push(reference);
    else if (faults.push(`${excerpt(template, found.index)} is not a reference; ${HOW}`) >= MOST_FAULTS)
      break;
  }
  parts.push(template.slice(from));
  return { parts: parts.filter((part) => part !== ''), faults };
}

/**
 * Returns a template whose references are renumbered; `numberOf`: the new number of the named task,
 * null: unchanged.
 */
export function renumberReferences(template: string, numberOf: (task: string) => number | null): string {
  return template.replace(PARTS, (whole, inside?: string) => {
    const reference = referenceOf(whole, inside);
    const number = reference && numberOf(reference.task);
    return number === null ? whole : `{{tasks.${String(number)}.${reference?.field ?? 'result'}}}`;
  });
}

const HOW = 'write {{tasks.1.result}}, with a number or a name, or {{{{ for two braces';

function referenceOf(text: string, inside: string | undefined): Reference | null {
  const [, task, field] = /^tasks\.(.+)\.(\w+)$/s.exec(inside?.trim() ?? '') ?? [];
  const known = FIELDS.find((name) => name === field);
  return task === undefined || known === undefined ? null : { text, task, field: known };
}

function excerpt(template: string, index: number): string {
  const [line = ''] = template.slice(index, index + 40).split('\n', 1);
  return `"${line}"`;
}

/** Returns the index from 0 of the referenced task, as seen from the task at `index`; a sentence if there is none. */
export function resolveReference(
  { text, task, field }: Reference,
  tasks: readonly Referable[],
  index: number,
): number | string {
  const found = indexOf(task, tasks);
  if (typeof found === 'string') return `${echo(text)}: ${found}`;
  if (found === index) return `${echo(text)}: is this task itself`;
  if (found > index) return `${echo(text)}: task ${String(found + 1)} comes later`;
  if (field === 'stderr' && tasks[found]?.hasStderr === false)
    return `${echo(text)}: task ${String(found + 1)} is a prompt, which has no stderr`;
  return found;
}

/** Returns the index from 0 of a needed task, as seen from the task at `index`; a sentence if it can't be needed. */
export function resolveNeed(
  need: number | string,
  tasks: readonly Referable[],
  index: number,
): number | string {
  const found = indexOf(String(need), tasks);
  if (typeof found === 'string') return found;
  if (found === index) return 'is this task itself';
  return found > index ? `task ${String(found + 1)} comes later` : found;
}

function indexOf(task: string, tasks: readonly Referable[]): number | string {
  if (/^\d+$/.test(task)) {
    const index = Number(task) - 1;
    return index in tasks ? index : `there is no task ${echo(task)}`;
  }
  const [only, ...others] = namesOf(tasks).get(task) ?? [];
  if (only === undefined) return `there is no task with the name "${echo(task)}"`;
  return others.length === 0 ? only : `${String(others.length + 1)} tasks have the name "${echo(task)}"`;
}

const known = new WeakMap<readonly Referable[], Map<string, number[]>>();

/** Returns the indices of the tasks by name, computed once for each list: a template may have many references. */
function namesOf(tasks: readonly Referable[]): Map<string, number[]> {
  const found = known.get(tasks);
  if (found) return found;
  const names = new Map<string, number[]>();
  for (const [index, { name }] of tasks.entries()) {
    if (name === null) continue;
    const indices = names.get(name);
    if (indices) indices.push(index);
    else names.set(name, [index]);
  }
  known.set(tasks, names);
  return names;
}
