import { useState } from 'preact/hooks';
import { Ansi } from './ansi.tsx';

/** So many lines are shown at once. */
const SHOWN = 2000;

/** A unified diff, as git writes it. */
export function DiffLines({ text, label }: { text: string; label: string }) {
  const [shown, setShown] = useState(SHOWN);
  const lines = text.replace(/\n$/, '').split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  // What comes before the first change names the file again; of a file without text it is all there is.
  const body = first === -1 ? lines : lines.slice(first);
  return (
    <>
      <div class="diff" role="region" tabIndex={0} aria-label={`Changes of ${label}`}>
        {body.slice(0, shown).map((line) => (
          <div class={toneOf(line)}>
            <Ansi line={line === '' ? ' ' : line} />
          </div>
        ))}
      </div>
      {body.length > shown && (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          Show {Math.min(SHOWN, body.length - shown)} more of {body.length} lines
        </button>
      )}
    </>
  );
}

function toneOf(line: string): string {
  if (line.startsWith('@@')) return 'hunk';
  if (line.startsWith('+')) return 'plus';
  return line.startsWith('-') ? 'minus' : '';
}
