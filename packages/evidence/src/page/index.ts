export type { Block } from './block.ts';
export { cutLine, lastLines } from './last-lines.ts';
export { toHtml } from './to-html.ts';
export { toMarkdown } from './to-markdown.ts';
