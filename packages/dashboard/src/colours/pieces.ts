/** A part of a line; `tone` is one of a few kinds of words, '' the rest. */
export interface Piece {
  text: string;
  tone: string;
}

/** The kinds of words that have a colour, by what the grammars name them. */
const TONES: Readonly<Record<string, string>> = {
  addition: '',
  attr: 'name',
  attribute: 'name',
  built_in: 'type',
  bullet: 'word',
  char: 'text',
  code: 'text',
  comment: 'note',
  doctag: 'note',
  keyword: 'word',
  link: 'text',
  literal: 'value',
  meta: 'note',
  name: 'word',
  number: 'value',
  property: 'name',
  quote: 'note',
  regexp: 'text',
  section: 'name',
  'selector-attr': 'type',
  'selector-class': 'type',
  'selector-id': 'type',
  'selector-pseudo': 'type',
  'selector-tag': 'word',
  string: 'text',
  symbol: 'value',
  'template-tag': 'word',
  title: 'name',
  type: 'type',
  variable: '',
};

const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#x27': "'",
};
const MARK = /<span class="([^"]*)">|<\/span>|&(amp|lt|gt|quot|#x27);|\n/g;

/** Reads what highlight.js returns into the pieces of each line: text, and no markup. */
export function piecesOf(marked: string): Piece[][] {
  let line: Piece[] = [];
  const lines = [line];
  const tones: string[] = [''];
  const add = (text: string) => {
    const tone = tones.at(-1) ?? '';
    const last = line.at(-1);
    if (text === '') return;
    if (last?.tone === tone) last.text += text;
    else line.push({ text, tone });
  };
  let from = 0;
  for (const { 0: whole, 1: classes, 2: character, index } of marked.matchAll(MARK)) {
    add(marked.slice(from, index));
    from = index + whole.length;
    if (whole === '\n') lines.push((line = []));
    else if (whole === '</span>') tones.pop();
    else if (character !== undefined) add(CHARACTERS[character] ?? whole);
    else tones.push(toneOf(classes ?? '', tones.at(-1) ?? ''));
  }
  add(marked.slice(from));
  return lines;
}

/** Text without its own colour has that of the enclosing piece. */
function toneOf(classes: string, outer: string): string {
  const [first = ''] = classes.split(' ');
  return TONES[first.replace(/^hljs-/, '')] ?? outer;
}
