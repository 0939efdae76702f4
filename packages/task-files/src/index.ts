export { isMarkdown } from './is-markdown.ts';
export { pathOf, readSource, type Format } from './read-source.ts';
export type { FileFault, Source } from './source.ts';
export { withoutBlankEnds } from './task-body.ts';
export { grouped } from './task-groups.ts';
