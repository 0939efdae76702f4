const OPENING = /^[ \t]*(`{3,}(?!`)|~{3,}(?!~))[^`]*$/;

/** Returns the contents of the code fences of a text, in order and in linear time. An unclosed fence is text. */
export function fencedBlocks(text: string): string[] {
  const lines = text.split('\n');
  const ends = lines.map(fenceAtEnd);
  const ahead = { '`': longestFrom(ends, '`'), '~': longestFrom(ends, '~') };
  const blocks: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const [, mark = ''] = OPENING.exec(lines[index] ?? '') ?? [];
    const sign = mark.startsWith('`') ? '`' : '~';
    if (mark === '' || (ahead[sign][index + 1] ?? 0) < mark.length) continue;
    const first = index + 1;
    do index += 1;
    while (!(ends[index] ?? '').startsWith(mark));
    const inside = lines
      .slice(first, index + 1)
      .join('\n')
      .trimEnd();
    blocks.push(inside.slice(0, -mark.length).trim());
  }
  return blocks;
}

/** Returns the backticks or tildes at the end of a line. */
function fenceAtEnd(line: string): string {
  const trimmed = line.trimEnd();
  const sign = trimmed.at(-1);
  if (sign !== '`' && sign !== '~') return '';
  let from = trimmed.length;
  while (trimmed[from - 1] === sign) from -= 1;
  return trimmed.slice(from);
}

/** Returns for each line the length of the longest fence of this sign that closes on it or on a later line. */
function longestFrom(ends: readonly string[], sign: string): number[] {
  const longest: number[] = Array.from({ length: ends.length + 1 }, () => 0);
  for (let index = ends.length - 1; index >= 0; index -= 1) {
    const end = ends[index] ?? '';
    longest[index] = Math.max(longest[index + 1] ?? 0, end.startsWith(sign) ? end.length : 0);
  }
  return longest;
}
