const WORD = /[\p{L}\p{N}]+(?:['’+#-][\p{L}\p{N}+#]+|[+#]+)*/gu;
const CODE_BLOCK = /```[\s\S]*?(?:```|$)/g;
/** What stands for a thing and says nothing of the kind of task: code, quotes, addresses, paths, file names. */
const NAMES = [
  /`[^`\n]*`/g,
  /"[^"\n]*"|“[^“”\n]*”|«[^«»\n]*»/g,
  /(?<![a-z+.-])[a-z+.-]+:\/\/\S+/gi,
  /(?:~|\.{1,2})?\/[\w@.-]+(?:\/[\w@.-]*)*/g,
  /(?<![\w-])[\w-]+(?:\/[\w.-]+)+/g,
  /(?<![\w-])[\w-]+\.[a-z]{1,5}\b(?!\.)/gi,
];

/** The text without code blocks. */
function withoutBlocks(text: string): string {
  return text.replace(CODE_BLOCK, ' ');
}

/** The text without what is only a name: what is quoted, paths, addresses. */
export function withoutNames(text: string): string {
  return NAMES.reduce((left, name) => left.replace(name, ' '), withoutBlocks(text));
}

/** The words of a text, in lower case, as they stand. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** A word without the plural that English gives it: `tests` and `test` are one word, `class` and `analysis` stay. */
export function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is|as|[^a-z]s)$/.test(word) || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word;
  return /(?:sses|xes|zes|ches|shes)$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
