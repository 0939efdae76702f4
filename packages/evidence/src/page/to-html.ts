import { harmless, withPlainBreaks, type Block, type Item, type Mark } from './block.ts';

/** The filter works without scripts: a choice before all parts hides those without its mark. */
const MARKS: readonly Mark[] = ['failed', 'warned', 'changed'];
const HIDDEN = MARKS.map(
  (mark) =>
    `#only-${mark}:checked~.part:not(.${mark}),#only-${mark}:checked~ol>li:not(.${mark}){display:none}`,
).join('');

const STYLE =
  ':root{color-scheme:light dark;--text:#1b1b1b;--page:#fff;--soft:#f4f4f4;--line:#ccc;--link:#0b57d0;--add:#116329;--del:#a40e26}' +
  '@media(prefers-color-scheme:dark){:root{--text:#e4e4e4;--page:#161616;--soft:#222;--line:#444;--link:#8ab4f8;--add:#7ee2a0;--del:#ff9d9d}}' +
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--text);background:var(--page);overflow-wrap:anywhere}' +
  'a{color:var(--link)}h2{margin-top:2rem}summary{cursor:pointer;padding:.3rem 0}label{margin-right:1rem}' +
  'table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}' +
  'pre{background:var(--soft);padding:.8rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}' +
  '.part{border-top:1px solid var(--line)}ins,del{text-decoration:none}ins{color:var(--add)}del{color:var(--del)}' +
  `${HIDDEN}@media print{input,label{display:none}}`;

/** Renders blocks as a whole page: nothing in their text is markup, and the page loads and runs nothing. */
export function toHtml(title: string, blocks: readonly Block[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    ...blocks.map(ofBlock),
    '</body></html>\n',
  ].join('\n');
}

function ofBlock(block: Block): string {
  if ('heading' in block) {
    const id = block.id === undefined ? '' : ` id="${escaped(block.id)}"`;
    return `<h${String(block.level)}${id}>${escaped(block.heading)}</h${String(block.level)}>`;
  }
  if ('text' in block) return `<p>${escaped(block.text)}</p>`;
  if ('list' in block) {
    if (block.isNumbered !== true) return `<ul>${block.list.map((item) => ofItem(item)).join('')}</ul>`;
    return `<ol>${block.list.map((item, index) => ofItem(item, index + 1)).join('')}</ol>`;
  }
  if ('verbatim' in block) {
    const text = withPlainBreaks(block.verbatim);
    return `<pre>${block.isDiff === true ? ofDiff(text) : escaped(text)}</pre>`;
  }
  if ('fold' in block) {
    const open = block.isOpen === true ? ' open' : '';
    return `<details${open}><summary>${escaped(block.fold)}</summary>\n${block.blocks.map(ofBlock).join('\n')}\n</details>`;
  }
  if ('part' in block)
    return `<section class="${['part', ...(block.marks ?? [])].join(' ')}">\n${block.part.map(ofBlock).join('\n')}\n</section>`;
  if ('filter' in block)
    return [{ label: 'All', mark: 'all' }, ...block.filter]
      .map(
        ({ label, mark }, index) =>
          `<input type="radio" name="only" id="only-${mark}"${index === 0 ? ' checked' : ''}><label for="only-${mark}">${escaped(label)}</label>`,
      )
      .join('\n');
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(block.head, 'th')}${block.rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

/** `number`: also when those before it are hidden. */
function ofItem(item: string | Item, number?: number): string {
  const value = number === undefined ? '' : ` value="${String(number)}"`;
  if (typeof item === 'string') return `<li${value}>${escaped(item)}</li>`;
  const { text, to, marks } = item;
  const shown = to === undefined ? escaped(text) : `<a href="#${escaped(to)}">${escaped(text)}</a>`;
  return `<li${value}${marks === undefined ? '' : ` class="${marks.join(' ')}"`}>${shown}</li>`;
}

/** Each line of a patch with what it does to the file. */
function ofDiff(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (/^\+(?!\+\+ )/.test(line)) return `<ins>${escaped(line)}</ins>`;
      return /^-(?!-- )/.test(line) ? `<del>${escaped(line)}</del>` : escaped(line);
    })
    .join('\n');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return harmless(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
