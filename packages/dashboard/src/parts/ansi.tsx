import Anser from 'anser';

/** Sequences of terminals other than colours: links, titles, cursor movements. */
const OTHERS =
  // oxlint-disable-next-line no-control-regex
  /\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)|\u001b\[[0-9;?]{0,64}[A-LN-Za-ln-z]|\u001b[()][A-Z0-9]/g;

/** A line as it was printed: its colours as classes, everything else as text. */
export function Ansi({ line }: { line: string }) {
  if (!line.includes('\u001b')) return <>{line}</>;
  const parts = Anser.ansiToJson(line.replace(OTHERS, ''), { use_classes: true, remove_empty: true });
  return (
    <>
      {parts.map(({ content, fg, bg, decorations }) => {
        const classes = [
          fg ? `f-${fg}` : '',
          bg ? `b-${bg}` : '',
          ...decorations.map((name) => `d-${name}`),
        ].filter((name) => name !== '');
        return classes.length > 0 ? <span class={classes.join(' ')}>{content}</span> : content;
      })}
    </>
  );
}

/** Returns a line without what makes its colours, and without other sequences of terminals. */
export function plain(line: string): string {
  if (!line.includes('\u001b')) return line;
  return Anser.ansiToText(line.replace(OTHERS, ''));
}
