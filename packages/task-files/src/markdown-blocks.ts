import MarkdownIt from 'markdown-it';

/** A block of Markdown that means something in a task file. Lines from 0, `end` exclusive. */
export interface Block {
  kind: 'heading' | 'fence' | 'code' | 'html' | 'ordered' | 'item' | 'rule';
  line: number;
  end: number;
  /** Of a heading: 1 to 6; of an item: how many columns its text is indented. */
  level: number;
  /** Of a heading: its text; of a fence: what stands behind its mark. */
  text: string;
  /** Of a fence: what it is made of. */
  mark: string;
  /** In which list or quote it is; null: in none. */
  inside: 'list' | 'quote' | null;
}

/** Blocks alone, and no more than so many in one another: what is deeper belongs to the text around it. */
const parser = new MarkdownIt('commonmark', { maxNesting: 100 });
parser.core.ruler.enableOnly(['normalize', 'block']);

const CONTAINERS: Readonly<Record<string, 'list' | 'quote'>> = {
  bullet_list_open: 'list',
  ordered_list_open: 'list',
  blockquote_open: 'quote',
};
const KINDS: Readonly<Record<string, Block['kind']>> = {
  heading_open: 'heading',
  fence: 'fence',
  code_block: 'code',
  html_block: 'html',
  ordered_list_open: 'ordered',
  list_item_open: 'item',
  hr: 'rule',
};

/** The blocks of a text's lines, in their order, each as CommonMark has it. Takes time in proportion to the text. */
export function blocksOf(lines: readonly string[]): Block[] {
  // A carriage return inside of a line is an end of line to the parser, which would shift all that follows.
  const tokens = parser.parse(lines.map((line) => line.replaceAll('\r', ' ')).join('\n'), {});
  const blocks: Block[] = [];
  const around: ('list' | 'quote')[] = [];
  for (const [index, { type, map, tag, info, markup }] of tokens.entries()) {
    const kind = KINDS[type];
    if (kind !== undefined && map !== null)
      blocks.push({
        kind,
        line: map[0],
        end: map[1],
        level: kind === 'heading' ? Number(tag.slice(1)) : 0,
        text: kind === 'heading' ? (tokens[index + 1]?.content ?? '') : info.trim(),
        mark: markup,
        inside: around.at(-1) ?? null,
      });
    const container = CONTAINERS[type];
    if (container !== undefined) around.push(container);
    else if (/^(bullet_list|ordered_list|blockquote)_close$/.test(type)) around.pop();
  }
  return blocks;
}

/** Whether a fence ends with one, and not with the text around it. */
export function isClosed(fence: Block, lines: readonly string[]): boolean {
  if (fence.end - 1 <= fence.line) return false;
  const last = (lines[fence.end - 1] ?? '').replace(/^[ \t>]+/, '').trimEnd();
  return last.length >= fence.mark.length && last === (fence.mark[0] ?? '').repeat(last.length);
}

/** Returns the content of a fence, without the indentation of the fence itself. */
export function insideOf(fence: Block, lines: readonly string[]): string {
  const indent = (/^ */.exec(lines[fence.line] ?? '') ?? [''])[0].length;
  const inner = lines.slice(fence.line + 1, isClosed(fence, lines) ? fence.end - 1 : fence.end);
  return inner.map((line) => line.slice(Math.min(indent, (/^ */.exec(line) ?? [''])[0].length))).join('\n');
}
