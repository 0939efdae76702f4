import { harmless, type Block } from './block.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}' +
  'pre{background:#f4f4f4;padding:.8rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}';

/** Renders blocks as a whole page: nothing in their text is markup, and the page loads and runs nothing. */
export function toHtml(title: string, blocks: readonly Block[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    ...blocks.map(ofBlock),
    '</body></html>\n',
  ].join('\n');
}

function ofBlock(block: Block): string {
  if ('heading' in block)
    return `<h${String(block.level)}>${escaped(block.heading)}</h${String(block.level)}>`;
  if ('text' in block) return `<p>${escaped(block.text)}</p>`;
  if ('list' in block) return `<ul>${block.list.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
  if ('folded' in block)
    return `<details><summary>${escaped(block.folded)}</summary><pre>${escaped(block.verbatim)}</pre></details>`;
  if ('verbatim' in block) return `<pre>${escaped(block.verbatim)}</pre>`;
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(block.head, 'th')}${block.rows.map((cells) => row(cells, 'td')).join('')}</table>`;
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
