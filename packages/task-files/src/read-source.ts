import { readJson } from './json-source.ts';
import { readMarkdown } from './markdown-source.ts';
import type { Path, Source } from './source.ts';
import { withoutGroups } from './task-groups.ts';
import { readYaml } from './yaml-source.ts';

const READERS = {
  markdown: readMarkdown,
  yaml: readYaml,
  json: readJson,
} as const satisfies Record<string, (text: string) => Source>;
export type Format = keyof typeof READERS;

/** Returns the list in the text of a task file, its groups made into `needs`, and what is wrong with the format of it. */
export function readSource(text: string, format: Format): Source {
  return withoutGroups(READERS[format](text.replace(/^\uFEFF/, '')));
}

/** Returns `tasks[2].timeout` as its parts. */
export function pathOf(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
