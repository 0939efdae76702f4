import { LIMITS } from '@cc-executor/contracts';
import { isClosed, insideOf } from './markdown-blocks.ts';
import { fenceKind } from './fence-kinds.ts';
import { frontMatterOf, type FrontMatter } from './front-matter.ts';
import { outlineOf, type Outline, type Section } from './markdown-outline.ts';
import { at } from './outline/document.ts';
import { readSection } from './markdown-sections.ts';
import { isRecord } from './task-body.ts';
import { ungrouped } from './task-groups.ts';
import { withPositions } from './task-numbers.ts';
import type { FileFault, Path, Source } from './source.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads Markdown: front matter for the options of the list, and a heading of the first level as its title; then `## Task 1: name` with the prompt below it, or
 * `Task 1: the prompt`, or a numbered plan. A body that is one fenced block marked `sh command` is a command; a fenced
 * block marked `yaml options` in a body has the task's own options. What looks like one of them and is none is a fault.
 */
export function readMarkdown(text: string): Source {
  const lines = text.split(/\r?\n/);
  const front = frontMatterOf(lines);
  const outline = outlineOf(lines, front.end);
  const list = listOptions(front, outline, lines);
  // More than a list may have are refused by their number; what they say is not even read.
  const tasks = outline.sections.map((section, index) =>
    index < LIMITS.items ? readSection(section, lines) : unread(section),
  );
  const faults = [
    ...front.faults,
    ...outline.faults,
    ...list.faults,
    ...tasks.flatMap((task) => task.faults),
  ];
  const options = isRecord(list.source?.value) ? list.source.value : {};
  if (list.source?.faults.length === 0 && list.source.value !== null && !isRecord(list.source.value))
    faults.push({ ...at(list.line), message: `${list.what} must be names and values` });
  if ('tasks' in options && list.source)
    faults.push({
      ...list.source.locate(['tasks']),
      message: `tasks are written below ${list.what}, not in it`,
    });
  if (outline.sections.length === 0)
    faults.push({ ...at(0), message: 'has no task: a task begins with "## Task 1: its name"' });
  const values = tasks.map(({ value }) => value as Record<string, unknown>);
  const numbered = withPositions(values, outline.sections, options);
  faults.push(...numbered.faults.map(({ task, message }) => ({ ...place(tasks, task), message })));
  const all = ungrouped(inGroups(numbered.tasks, outline));
  return {
    ...(all && { groups: all.names }),
    value: {
      ...(outline.title === null ? {} : { title: outline.title }),
      ...options,
      tasks: all?.tasks ?? numbered.tasks,
    },
    faults,
    notes: [...outline.notes, ...tasks.flatMap(({ notes = [] }) => notes)],
    locate: ([first, index, ...rest]: Path) => {
      if (first !== 'tasks') return list.source?.locate(first === undefined ? [] : [first]) ?? at(0);
      return tasks[Number(index)]?.locate(rest) ?? at(0);
    },
  };
}

/** The items of a list: tasks, and groups of those that stand below one heading. */
function inGroups(
  tasks: readonly unknown[],
  { sections, groupNames }: Pick<Outline, 'sections' | 'groupNames'>,
): unknown[] {
  const members = Map.groupBy(tasks.keys(), (index) => sections[index]?.group ?? null);
  const isFirst = (index: number, group: number) => members.get(group)?.[0] === index;
  return tasks.flatMap((task, index) => {
    const group = sections[index]?.group ?? null;
    if (group === null) return [task];
    if (!isFirst(index, group)) return [];
    const name = groupNames.get(group);
    const parallel = members.get(group)?.map((one) => tasks[one]);
    return [name === undefined ? { parallel } : { name, parallel }];
  });
}

function unread({ line }: Section): Source {
  return { value: { prompt: '…' }, faults: [], locate: () => at(line) };
}

function place(tasks: readonly Source[], task: number) {
  return tasks[task]?.locate(['prompt']) ?? at(0);
}

/** The options of the list: of the front matter, or of a block before the first task. */
function listOptions(front: FrontMatter, { before }: Outline, lines: readonly string[]) {
  const blocks = before.filter((fence) => fenceKind(fence.text) === 'options');
  const [block] = blocks;
  const faults: FileFault[] = [];
  const again = front.text === null ? blocks[1] : block;
  if (again !== undefined)
    faults.push({
      ...at(again.line),
      message: 'are options of the list again: write all of them in one place',
    });
  if (front.text !== null) {
    const source = readYaml(front.text, front.line + 2);
    return { source, line: front.line + 1, what: 'the front matter', faults: [...source.faults, ...faults] };
  }
  if (block === undefined) return { source: null, line: 0, what: '', faults };
  if (!isClosed(block, lines))
    faults.push({
      ...at(block.line),
      message: `are options that are never closed: write ${block.mark} where they end`,
    });
  const source = readYaml(`${insideOf(block, lines)}\n`, block.line + 2);
  return {
    source,
    line: block.line + 1,
    what: 'the options of the list',
    faults: [...source.faults, ...faults],
  };
}
