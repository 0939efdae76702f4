import Anser from 'anser';

/** Sequences of terminals other than colours: links, titles, cursor movements. */
const OTHERS =
  // oxlint-disable-next-line no-control-regex
  /\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)|\u001b\[[0-9;?]{0,64}[A-LN-Za-ln-z]|\u001b[()][A-Z0-9]/g;
/** What turns the direction of text, and other controls: shown as what they are. */
// oxlint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line as it was printed: its colours as classes, everything else as text. */
export function Ansi({ line }: { line: string }) {
  if (!line.includes('\u001b')) return <>{visible(line)}</>;
  const parts = Anser.ansiToJson(line.replace(OTHERS, ''), { use_classes: true, remove_empty: true });
  return (
    <>
      {parts.map(({ content, fg, bg, decorations }) => {
        const classes = [
          fg ? `f-${fg}` : '',
          bg ? `b-${bg}` : '',
          ...decorations.map((name) => `d-${name}`),
        ].filter((name) => name !== '');
        const text = visible(content);
        return classes.length > 0 ? <span class={classes.join(' ')}>{text}</span> : text;
      })}
    </>
  );
}

/** Returns a text with what would hide or turn a part of it shown as what it is. */
export function visible(text: string): string {
  return text.replace(HIDDEN, '\uFFFD').replaceAll('\u001b', '\uFFFD');
}

/** Returns a line without what makes its colours, and without other sequences of terminals. */
export function plain(line: string): string {
  if (!line.includes('\u001b')) return line;
  return Anser.ansiToText(line.replace(OTHERS, ''));
}
