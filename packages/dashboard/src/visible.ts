import { options } from 'preact';

/** Characters that change the direction of text, and other controls: a browser would hide them and show another text. */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns a text with what would hide or turn a part of it shown as what it is: a sign for what cannot be shown. */
function visible(text: string): string {
  return text.replace(HIDDEN, '\uFFFD');
}

/** Makes every text of the page visible: no part of the page has to remember to. */
export function showAllTexts(): void {
  // preact calls its hook by this name; the compatibility layer has set one before.
  const before = options.vnode?.bind(options);
  options.vnode = (vnode) => {
    // A text is a node without a type, whose properties are its characters.
    const text = vnode as unknown as { type: unknown; props: unknown };
    if (text.type === null && typeof text.props === 'string') text.props = visible(text.props);
    before?.(vnode);
  };
}
