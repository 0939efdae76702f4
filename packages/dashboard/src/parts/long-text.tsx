import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { TEXTS } from '../texts.ts';
import { count } from '../words.ts';

/** The amount of a text that is shown at once, in characters: no browser lays out megabytes in a moment. */
const LONG = 20_000;

interface Props {
  text: string;
  /** The amount that is shown at once, in characters. */
  most?: number;
  /** How the text that is shown is drawn. */
  children: (shown: string) => ComponentChildren;
}

/** A text of any length: its beginning, and the rest when somebody asks for more of it. */
export function LongText({ text, most = LONG, children }: Props) {
  const [shown, setShown] = useState(most);
  return (
    <>
      {children(text.length > shown ? text.slice(0, shown) : text)}
      {text.length > shown && (
        <button type="button" onClick={() => setShown(shown * 10)}>
          {TEXTS.moreOf(count(text.length))}
        </button>
      )}
    </>
  );
}
