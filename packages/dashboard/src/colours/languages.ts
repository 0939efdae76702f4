import type { LanguageFn } from 'highlight.js';
import type { Grammar } from './grammar-of.ts';

type Load = () => Promise<{ default: LanguageFn }>;

/** The grammars that can be loaded, each when it is first needed. */
export const GRAMMARS: Readonly<Record<Grammar, Load>> = {
  bash: async () => await import('highlight.js/lib/languages/bash'),
  c: async () => await import('highlight.js/lib/languages/c'),
  cmake: async () => await import('highlight.js/lib/languages/cmake'),
  cpp: async () => await import('highlight.js/lib/languages/cpp'),
  csharp: async () => await import('highlight.js/lib/languages/csharp'),
  css: async () => await import('highlight.js/lib/languages/css'),
  dart: async () => await import('highlight.js/lib/languages/dart'),
  dockerfile: async () => await import('highlight.js/lib/languages/dockerfile'),
  elixir: async () => await import('highlight.js/lib/languages/elixir'),
  go: async () => await import('highlight.js/lib/languages/go'),
  graphql: async () => await import('highlight.js/lib/languages/graphql'),
  groovy: async () => await import('highlight.js/lib/languages/groovy'),
  haskell: async () => await import('highlight.js/lib/languages/haskell'),
  ini: async () => await import('highlight.js/lib/languages/ini'),
  java: async () => await import('highlight.js/lib/languages/java'),
  javascript: async () => await import('highlight.js/lib/languages/javascript'),
  json: async () => await import('highlight.js/lib/languages/json'),
  kotlin: async () => await import('highlight.js/lib/languages/kotlin'),
  less: async () => await import('highlight.js/lib/languages/less'),
  lua: async () => await import('highlight.js/lib/languages/lua'),
  makefile: async () => await import('highlight.js/lib/languages/makefile'),
  markdown: async () => await import('highlight.js/lib/languages/markdown'),
  objectivec: async () => await import('highlight.js/lib/languages/objectivec'),
  perl: async () => await import('highlight.js/lib/languages/perl'),
  php: async () => await import('highlight.js/lib/languages/php'),
  powershell: async () => await import('highlight.js/lib/languages/powershell'),
  protobuf: async () => await import('highlight.js/lib/languages/protobuf'),
  python: async () => await import('highlight.js/lib/languages/python'),
  r: async () => await import('highlight.js/lib/languages/r'),
  ruby: async () => await import('highlight.js/lib/languages/ruby'),
  rust: async () => await import('highlight.js/lib/languages/rust'),
  scala: async () => await import('highlight.js/lib/languages/scala'),
  scss: async () => await import('highlight.js/lib/languages/scss'),
  sql: async () => await import('highlight.js/lib/languages/sql'),
  swift: async () => await import('highlight.js/lib/languages/swift'),
  typescript: async () => await import('highlight.js/lib/languages/typescript'),
  xml: async () => await import('highlight.js/lib/languages/xml'),
  yaml: async () => await import('highlight.js/lib/languages/yaml'),
};

/** The grammars that a grammar contains: a page has styles and scripts. */
export const INSIDE: Partial<Record<Grammar, readonly Grammar[]>> = {
  xml: ['css', 'javascript'],
  markdown: ['xml'],
};
