const WORD = /[\p{L}\p{N}]+(?:['’+#-][\p{L}\p{N}+#]+|[+#]+)*/gu;
const CODE_BLOCK = /```[\s\S]*?(?:```|$)/g;
/** Names that do not show the kind of task: code, quotes, addresses, paths, file names. */
const NAMES = [
  /`[^`\n]*`/g,
  /"[^"\n]*"|“[^“”\n]*”|«[^«»\n]*»/g,
  /(?<![a-z+.-])[a-z+.-]+:\/\/\S+/gi,
  /(?:~|\.{1,2})?\/[\w@.-]+(?:\/[\w@.-]*)*/g,
  /(?<![\w-])[\w-]+(?:\/[\w.-]+)+/g,
  /(?<![\w-])[\w-]+\.[a-z]{1,5}\b(?!\.)/gi,
];

/** Returns the text without code blocks. */
function withoutBlocks(text: string): string {
  return text.replace(CODE_BLOCK, ' ');
}

/** Returns the text without names: quotes, paths, addresses. */
export function withoutNames(text: string): string {
  return NAMES.reduce((left, name) => left.replace(name, ' '), withoutBlocks(text));
}

/** Returns the words of a text, in lower case. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** Plurals that end as `status` does, which is none. */
const US_PLURALS = new Set('haikus menus gurus cpus gpus'.split(' '));

/** Returns an English word in the singular: `tests` and `test` are equal, `class` and `analysis` stay. */
export function singular(word: string): string {
  if (US_PLURALS.has(word)) return word.slice(0, -1);
  if (word.length < 4 || /(?:ss|us|is|as|[^a-z]s)$/.test(word) || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word;
  return /(?:sses|xes|zes|ches|shes)$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
